package oauth

import (
	"errors"
	"net/http"
	"time"

	"github.com/claviger/claviger/internal/ask"
)

// ErrRateLimited means that the provider gets too many requests and asked to be
// left alone for a while; the error is a [*RateLimitError].
var ErrRateLimited = errors.New("too many requests")

// MaxRetryAfter bounds what a provider can ask for: a mistake of its, or a clock
// that was set, must not keep an account from being refreshed for ever.
const MaxRetryAfter = 24 * time.Hour

// RateLimitError is an answer that names a time before which the provider
// wants no further request (RFC 9110 §10.2.3, RFC 6585 §4), or a request that
// was not made because of one.
type RateLimitError struct {
	// Until is that time, by this computer's clock.
	Until time.Time
	Err   error
}

// Error implements error.
func (e *RateLimitError) Error() string {
	return "no request before " + Clock(e.Until) + ": " + e.Err.Error()
}

// Unwrap returns [ErrRateLimited] and the cause.
func (e *RateLimitError) Unwrap() []error { return []error{ErrRateLimited, e.Err} }

// Clock is a time of today or tomorrow, for a person.
func Clock(t time.Time) string { return t.Local().Format("Mon 15:04:05") }

// limited adds the time to wait to the error of an answer that names one.
func limited(err error, status int, now time.Time, h http.Header) error {
	if err == nil || status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return err
	}
	wait, _ := ask.RetryAfter(h, now)
	if wait = min(wait, MaxRetryAfter); wait <= 0 {
		return err
	}
	return &RateLimitError{Until: now.Add(wait), Err: err}
}
