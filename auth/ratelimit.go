package auth

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrRateLimited means that the provider gets too many requests and asked to be
// left alone for a while; the error is a [*RateLimitError].
var ErrRateLimited = errors.New("too many requests")

// maxRetryAfter bounds what a provider can ask for: a mistake of its, or a clock
// that was set, must not keep an account from being refreshed for ever.
const maxRetryAfter = 24 * time.Hour

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
	return "no request before " + clockTime(e.Until) + ": " + e.Err.Error()
}

// Unwrap returns [ErrRateLimited] and the cause.
func (e *RateLimitError) Unwrap() []error { return []error{ErrRateLimited, e.Err} }

// clockTime is a time of today or tomorrow, for a person.
func clockTime(t time.Time) string { return t.Local().Format("Mon 15:04:05") }

// limited adds the time to wait to the error of an answer that names one.
func (r *reply) limited(err error, now time.Time, h http.Header) error {
	return limitedBy(err, r.status, now, h)
}

func limitedBy(err error, status int, now time.Time, h http.Header) error {
	if err == nil || status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return err
	}
	wait := retryAfter(now, h)
	if wait <= 0 {
		return err
	}
	return &RateLimitError{Until: now.Add(wait), Err: err}
}

// retryAfter reads Retry-After: seconds, or a date, which is compared with the
// provider's own clock where the answer tells it.
func retryAfter(now time.Time, h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(at.Sub(now), maxRetryAfter)
}

// waits is the error of a record whose provider wants no request yet.
func (r *record) waits(now time.Time) error {
	if left := r.RetryAt.Sub(now); left <= 0 || left > maxRetryAfter {
		return nil // that is over, or the clock was set
	}
	return &RateLimitError{Until: r.RetryAt, Err: ErrOffline}
}

// Failure is the class of what went wrong at a provider.
type Failure string

// The classes.
const (
	// FailureOffline means that the provider was not reached.
	FailureOffline Failure = "offline"
	// FailureServer means that it was reached and could not answer.
	FailureServer Failure = "server_error"
	// FailureLimited means that it gets too many requests.
	FailureLimited Failure = "rate_limited"
	// FailureRejected means that it refused, with an OAuth error.
	FailureRejected Failure = "rejected"
	// FailureOther is everything else, such as an answer of no use.
	FailureOther Failure = "other"
)

// FailureOf returns the class of an error of this package; "" for nil.
func FailureOf(err error) Failure {
	var refused *ProviderError
	status := statusOf(err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrRateLimited), status == http.StatusTooManyRequests:
		return FailureLimited
	case busy(status):
		return FailureServer
	case errors.As(err, &refused):
		return FailureRejected
	case errors.Is(err, ErrAnswer):
		return FailureOther
	case errors.Is(err, ErrOffline):
		return FailureOffline
	}
	return FailureOther
}
