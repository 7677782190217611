package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// RequestError turns a failed round trip into an error without address query:
// it wraps [ErrOffline] if the provider was not reached, and is an
// [*AnswerError] if something answered that cannot be trusted. Either holds
// a [*ask.ConnectionError].
func RequestError(step trace.Step, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", step, context.Canceled)
	}
	if withheld, ok := errors.AsType[*MovedError](err); ok {
		return fmt.Errorf("%s: %w", step, withheld)
	}
	cause, ok := errors.AsType[*ask.ConnectionError](err)
	if !ok {
		cause = ask.NewConnectionError(ask.HostOf(err), err)
	}
	if t, ok := ask.TroubleOf(err); ok && !t.Why.Offline() {
		return &AnswerError{Step: step, Reason: troublePhrase(t), Err: cause}
	}
	return fmt.Errorf("%s: %w: %w", step, ErrOffline, cause)
}

// Unread is the error of a question without a whole answer. what names the answer if
// it is larger than allowed.
func Unread(step trace.Step, answer *ask.Answer, what phrase.Text, err error) error {
	body, ok := errors.AsType[*ask.BodyError](err)
	switch {
	case !ok:
		return RequestError(step, err)
	case body.Most == 0:
		return RequestError(step, body.Err)
	}
	return &AnswerError{Step: step, Status: answer.StatusCode, Reason: phrase.Say("{what} is larger than {size}", what, plain.Size(body.Most))}
}

// StatusOf is the HTTP status of the answer that err is about, or 0.
func StatusOf(err error) int {
	var (
		refused *ProviderError
		answer  *AnswerError
		other   interface{ HTTPStatus() int }
	)
	switch {
	case errors.As(err, &refused):
		return refused.Status
	case errors.As(err, &answer):
		return answer.Status
	case errors.As(err, &other): // of discovery
		return other.HTTPStatus()
	}
	return 0
}

// Offline adds [ErrOffline] to an error of a request made elsewhere that means
// it.
func Offline(err error) error {
	var refused *ProviderError
	var answer *AnswerError
	if errors.Is(err, ErrOffline) || errors.As(err, &refused) || errors.As(err, &answer) ||
		errors.Is(err, context.Canceled) || !ask.Unreached(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrOffline, err)
}

// Unreachable adds [ErrOffline] to what says that the provider cannot be
// asked now: no connection, a server error (500 and above), too many requests
// (429), a certificate or an answer that is not the provider's, such as that
// of a network that wants a log-in first.
func Unreachable(err error) error {
	if err == nil || errors.Is(err, ErrOffline) {
		return err
	}
	var (
		refused *ProviderError
		answer  *AnswerError
		broken  *ask.ConnectionError
		request *url.Error
	)
	switch {
	case errors.As(err, &refused):
		if !Busy(refused.Status) && refused.Code != "temporarily_unavailable" && refused.Code != "server_error" && refused.Code != "slow_down" {
			return err
		}
	case errors.As(err, &answer), errors.As(err, &broken), Busy(StatusOf(err)):
	case errors.As(err, &request), ask.Unreached(err):
	default:
		return err
	}
	return fmt.Errorf("%w: %w", ErrOffline, err)
}

// Busy reports a status that is likely gone at the next request: 429 or a server error.
func Busy(status int) bool {
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}
