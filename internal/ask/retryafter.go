package ask

import (
	"net/http"
	"strconv"
	"time"
)

// longest is what is believed of a Retry-After: beyond it stands no time but a
// mistake.
const longest = 30 * 24 * time.Hour

// RetryAfter reads RFC 9110 §10.2.3 of a 403, 429 or 503, both its forms; where
// it is absent and a rate limit is used up, the time at which that starts anew.
// 0 is: not told, or nothing that makes sense.
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
