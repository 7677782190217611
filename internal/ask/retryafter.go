package ask

import (
	"net/http"
	"strconv"
	"time"
)

// longest is the longest credible Retry-After: a longer one is a mistake.
const longest = 30 * 24 * time.Hour

// RetryAfter reads RFC 9110 §10.2.3 of a 403, 429 or 503, in both its forms; if
// it is absent and a rate limit is used up, the time until that resets. 0 means
// absent, or without a meaning.
func RetryAfter(resp *http.Response) time.Duration {
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
		d = max(time.Until(at).Round(time.Second), time.Second) // long ago means now
	}
	if d < 0 || d > longest {
		return 0
	}
	return d
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
