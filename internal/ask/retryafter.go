package ask

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter reads how long a server asks to be left alone (RFC 9110 §10.2.3): in
// seconds, or until a date, which is compared with the server's own clock if the
// answer has one, else with now. A date of the past is a wait below zero. It is not ok
// if the header is absent or makes no sense. How long a wait is credible is for the
// caller to decide.
func RetryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return at.Sub(now), true
}
