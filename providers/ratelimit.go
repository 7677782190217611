package providers

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Bounds of waiting for a provider that asks for it (RFC 9110 §10.2.3).
const (
	// maxTries is how often one request is made.
	maxTries = 3
	// maxWaiting is what all requests of one [Provider.Identity] call may wait
	// together: somebody sits in front of it.
	maxWaiting = 30 * time.Second
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

// pause waits for d and reports whether ctx lived on.
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

func rateLimited(resp *http.Response) bool {
	return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0"
}

// later ends the words about a refusal with when to come back.
func later(resp *http.Response) string {
	if d := retryAfter(resp); d >= time.Second {
		return "; try again in " + span(d)
	}
	return "; try again later"
}

// span says a duration in words, rounded up: "3 minutes".
func span(d time.Duration) string {
	n, unit := d, time.Second
	name := "second"
	switch {
	case n > 36*time.Hour:
		unit, name = 24*time.Hour, "day"
	case n > 90*time.Minute:
		unit, name = time.Hour, "hour"
	case n > 90*time.Second:
		unit, name = time.Minute, "minute"
	}
	count := int64(math.Ceil(float64(n) / float64(unit)))
	if count != 1 {
		name += "s"
	}
	return strconv.FormatInt(count, 10) + " " + name
}

// longest is what is believed of a Retry-After: beyond it stands no time but a
// mistake.
const longest = 30 * 24 * time.Hour

// retryAfter reads RFC 9110 §10.2.3 of a 403, 429 or 503, both its forms; where
// it is absent and a rate limit is used up, the time at which that starts anew.
// 0 is: not told, or nothing that makes sense.
func retryAfter(resp *http.Response) time.Duration {
	switch resp.StatusCode {
	case http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
	default:
		return 0
	}
	h := resp.Header.Get("Retry-After")
	if h == "" {
		if resp.Header.Get("X-RateLimit-Remaining") == "0" {
			return untilReset(resp.Header.Get("X-RateLimit-Reset"))
		}
		return 0
	}
	d := time.Duration(-1)
	if n, err := strconv.ParseInt(h, 10, 64); err == nil {
		if n < 0 || n > int64(longest/time.Second) {
			return 0
		}
		d = max(time.Duration(n)*time.Second, time.Millisecond)
	} else if at, err := http.ParseTime(h); err == nil {
		d = max(time.Until(at).Round(time.Second), time.Second) // long ago is: now
	}
	if d < 0 || d > longest {
		return 0
	}
	return d
}

// untilReset is the time until a moment in seconds since 1970, 0 where there is
// none. It stands in no standard, but many providers agree on it. A second more
// than it says, for a clock that is a little off.
func untilReset(reset string) time.Duration {
	at, err := strconv.ParseInt(reset, 10, 64)
	if err != nil || at <= 0 || at > 1<<40 {
		return 0
	}
	d := time.Until(time.Unix(at, 0)).Round(time.Second) + time.Second
	return min(max(d, time.Second), 24*time.Hour)
}
