package problem

import (
	"errors"
	"net/http"

	"github.com/claviger/claviger/auth/oauth"
)

// Failure is the class of what went wrong at a provider.
type Failure string

// FailureOf returns the class of an error of package auth; "" for nil.
func FailureOf(err error) Failure {
	var refused *oauth.ProviderError
	status := oauth.StatusOf(err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, oauth.ErrRateLimited), status == http.StatusTooManyRequests:
		return FailureLimited
	case oauth.Busy(status):
		return FailureServer
	case errors.As(err, &refused):
		return FailureRejected
	case errors.Is(err, oauth.ErrAnswer):
		return FailureOther
	case errors.Is(err, oauth.ErrOffline):
		return FailureOffline
	}
	return FailureOther
}

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
