package identity

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// Bounds of waiting for a provider that asks for it (RFC 9110 §10.2.3).
const (
	// maxTries is how often one request is made.
	maxTries = 3
	// maxWaiting is what all requests of one [Ask] call may wait
	// together: a person is waiting.
	maxWaiting = 30 * time.Second
	// maxRetryAfter is the longest credible wait that a provider asks for: a longer
	// one is a mistake.
	maxRetryAfter = 30 * 24 * time.Hour
)

// patience is how long the requests of one call may still wait.
type patience struct {
	mu   sync.Mutex
	left time.Duration
}

// take reports whether there is patience for a pause, and uses it up.
func (p *patience) take(d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d <= 0 || d > p.left {
		return false
	}
	p.left -= d
	return true
}

// pause waits for d and reports whether ctx did not end.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// retryAfter is how long a 403, 429 or 503 asks to wait; if it does not say so and a
// rate limit is used up, the time until that resets. 0 means that nothing is known.
func retryAfter(resp *http.Response) time.Duration {
	switch resp.StatusCode {
	case http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
	default:
		return 0
	}
	wait, ok := ask.RetryAfter(resp.Header, time.Now())
	switch {
	case resp.Header.Get("Retry-After") == "" && resp.Header.Get("X-RateLimit-Remaining") == "0":
		return untilReset(resp.Header.Get("X-RateLimit-Reset"))
	case !ok, wait > maxRetryAfter:
		return 0
	case resp.Header.Get("Retry-After") == "0":
		return time.Millisecond
	}
	return max(wait.Round(time.Second), time.Second) // a date long ago means now
}

// untilReset is the time until a moment in seconds since 1970, 0 if there is none.
// It is in no standard, but many providers agree on it. A second is added, for a
// clock that is a little off.
func untilReset(reset string) time.Duration {
	at, err := strconv.ParseInt(reset, 10, 64)
	if err != nil || at <= 0 || at > 1<<40 {
		return 0
	}
	d := time.Until(time.Unix(at, 0)).Round(time.Second) + time.Second
	return min(max(d, time.Second), 24*time.Hour)
}

func rateLimited(resp *http.Response) bool {
	return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0"
}

// later says of a refusal for too many requests when to come back.
func later(resp *http.Response, status string) string {
	if d := retryAfter(resp); d >= time.Second {
		return phrase.Say("too many requests ({status}); try again in {time}", status, plain.Wait(d))
	}
	return phrase.Say("too many requests ({status}); try again later", status)
}
