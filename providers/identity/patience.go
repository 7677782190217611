package identity

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/ask"
)

// Bounds of waiting for a provider that asks for it (RFC 9110 §10.2.3).
const (
	// maxTries is how often one request is made.
	maxTries = 3
	// maxWaiting is what all requests of one [Ask] call may wait
	// together: a person is waiting.
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

func rateLimited(resp *http.Response) bool {
	return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0"
}

// later adds to the words about a refusal when to come back.
func later(resp *http.Response) string {
	if d := ask.RetryAfter(resp); d >= time.Second {
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
