package oauth

import (
	"errors"
	"fmt"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// Sentinels.
var (
	// ErrNeedsSignIn means that only a new interactive sign-in helps.
	ErrNeedsSignIn = errors.New("sign-in needed")
	// ErrOffline means that the provider could not be reached.
	ErrOffline = errors.New("provider not reachable")
	// ErrIssMismatch means that the answer came from another issuer
	// (RFC 9207 §2.4).
	ErrIssMismatch = errors.New("response from another issuer")
	// ErrAnyCode means that the token endpoint issued a token for a code that
	// nobody was given: it checks nothing.
	ErrAnyCode = errors.New("provider issued a token for a code that never existed")
	// ErrAnswer means that a provider's answer could not be used; the error
	// is an [*AnswerError].
	ErrAnswer = errors.New("unusable response from the provider")
	// ErrNoSecret means that the provider wants a client secret and none is
	// configured.
	ErrNoSecret = errors.New("no client secret configured")
	// ErrNoDevice means that the provider has no device flow.
	ErrNoDevice = errors.New("provider has no device flow")
	// ErrDeviceExpired means that the device code ran out; unless the provider
	// said so, the error is a [*TimeoutError].
	ErrDeviceExpired = errors.New("device code expired")
	// ErrMoved means that the provider is not where the account, or the client
	// secret, is from; the error is a [*MovedError].
	ErrMoved = errors.New("provider is elsewhere now")
	// ErrPlainHTTP means that a token was to be sent unencrypted over a network.
	ErrPlainHTTP = errors.New("token not sent over unencrypted http")
)

// ProviderError is an OAuth error answer (RFC 6749 §4.1.2.1, §5.2; RFC 8628
// §3.5). Description and URI come from the provider: show them as plain text,
// do not open the URI by yourself.
type ProviderError struct {
	Step        trace.Step
	Code        string
	Description string
	URI         string
	// Status is the HTTP status, 0 for an answer to the redirect URI.
	Status int

	// Silent means that the request was not to show a page (prompt=none).
	Silent bool
	// Guessed means that the answer has no code, and Code is a guess.
	Guessed bool
}

// Why is what came with a refusal without a code, for the end of a sentence.
func (e *ProviderError) Why() string {
	if e.Description == "" {
		return " without saying why"
	}
	return " (" + plain.Short(e.Description) + ")"
}

// Error implements error.
func (e *ProviderError) Error() string {
	switch {
	case e.Guessed && e.Description == "":
		return fmt.Sprintf("%s: provider answered %d without a message", e.Step, e.Status)
	case e.Guessed:
		return fmt.Sprintf("%s: provider answered %d: %s", e.Step, e.Status, e.Description)
	}
	if e.Description == "" {
		return fmt.Sprintf("%s: provider answered %s", e.Step, e.Code)
	}
	return fmt.Sprintf("%s: provider answered %s: %s", e.Step, e.Code, e.Description)
}

// AnswerError is an answer that is no OAuth answer: HTML, empty, cut, too
// large, a server error.
type AnswerError struct {
	Step   trace.Step
	Status int
	// Reason is a short phrase: "HTML instead of JSON", "cut off".
	Reason phrase.Text
	Err    error

	// Empty means that it had no body.
	Empty bool
}

// Error implements error.
func (e *AnswerError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("%s: %s", e.Step, e.Reason)
	}
	return fmt.Sprintf("%s: status %d: %s", e.Step, e.Status, e.Reason)
}

// Unwrap returns [ErrAnswer] and the cause.
func (e *AnswerError) Unwrap() []error { return []error{ErrAnswer, e.Err} }

// Code is the OAuth error code of err, or "".
func Code(err error) string {
	if refused, ok := asRefusal(err); ok {
		return refused.Code
	}
	return ""
}

// asRefusal is the OAuth error in err.
func asRefusal(err error) (*ProviderError, bool) { return errors.AsType[*ProviderError](err) }
