package auth

import (
	"errors"
	"fmt"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/plain"
)

// Sentinels. Each has its words in [Explain].
var (
	// ErrNoAccount means that no account has that name.
	ErrNoAccount = errors.New("no such account")
	// ErrAmbiguous means that a name fits several accounts; the error is an
	// [*AmbiguousError].
	ErrAmbiguous = errors.New("name matches several accounts")
	// ErrNeedsSignIn means that only a new interactive sign-in helps.
	ErrNeedsSignIn = errors.New("sign-in needed")
	// ErrOffline means that the provider could not be reached.
	ErrOffline = errors.New("provider not reachable")
	// ErrCanceled means that the person cancelled.
	ErrCanceled = errors.New("sign-in cancelled")
	// ErrTimeout means that the person did not sign in in time; the error is a
	// [*TimeoutError].
	ErrTimeout = errors.New("the sign-in was not finished in time")
	// ErrNoBrowser means that no browser could be started.
	ErrNoBrowser = errors.New("no browser could be opened")
	// ErrPortBusy means that every allowed redirect port is taken.
	ErrPortBusy = receive.ErrPortBusy
	// ErrPortForbidden means that the system forbids the redirect port.
	ErrPortForbidden = receive.ErrPortForbidden
	// ErrIssMismatch means that the answer came from another issuer
	// (RFC 9207 §2.4).
	ErrIssMismatch = errors.New("response from another issuer")
	// ErrIDToken means that the ID token failed a check; the error is an
	// [*IDTokenError].
	ErrIDToken = idtoken.ErrFailed
	// ErrAnyCode means that the token endpoint issued a token for a code that
	// nobody was given: it checks nothing.
	ErrAnyCode = errors.New("provider issued a token for a code that never existed")
	// ErrAnswer means that a provider's answer could not be used; the error
	// is an [*AnswerError].
	ErrAnswer = errors.New("unusable response from the provider")
	// ErrNoDevice means that the provider has no device flow.
	ErrNoDevice = errors.New("provider has no device flow")
	// ErrDeviceExpired means that the device code ran out; unless the provider
	// said so, the error is a [*TimeoutError].
	ErrDeviceExpired = errors.New("device code expired")
	// ErrPasted means that a pasted address does not belong to the sign-in.
	ErrPasted = errors.New("pasted address does not belong to this sign-in")
	// ErrNoSecret means that the provider wants a client secret and none is
	// configured.
	ErrNoSecret = errors.New("no client secret configured")
	// ErrSecretUnused means that a client secret is configured that the provider's
	// file rules out: it would never be sent.
	ErrSecretUnused = errors.New("client secret is never sent")
	// ErrNoRefresh means that there is no refresh token.
	ErrNoRefresh = errors.New("no refresh token")
	// ErrNoRegistration means that the provider has no registration by
	// request (RFC 7591).
	ErrNoRegistration = errors.New("provider has no automatic registration")
	// ErrNotOpen means that the provider registers no app for just anybody.
	ErrNotOpen = errors.New("registration is not open")
	// ErrNotThisApp means that a rule of the provider refused to register this
	// app, initial access token or not.
	ErrNotThisApp = errors.New("app registration refused by a rule")
	// ErrMoved means that the provider is not where the account, or the client
	// secret, is from; the error is a [*MovedError].
	ErrMoved = errors.New("provider is elsewhere now")
	// ErrInitialToken means that the provider did not accept the initial
	// access token.
	ErrInitialToken = errors.New("initial access token not accepted")
)

// ProviderError is an OAuth error answer (RFC 6749 §4.1.2.1, §5.2; RFC 8628
// §3.5). Description and URI come from the provider: show them as plain text,
// do not open the URI by yourself.
type ProviderError struct {
	Step        Step
	Code        string
	Description string
	URI         string
	// Status is the HTTP status, 0 for an answer to the redirect URI.
	Status int

	silent bool // the request was not to show a page (prompt=none)
	// wordless means that Code is guessed: the answer has none.
	wordless bool
}

// why is what came with a refusal without a code, for the end of a sentence.
func (e *ProviderError) why() string {
	if e.Description == "" {
		return " without saying why"
	}
	return " (" + plain.Short(e.Description) + ")"
}

// Error implements error.
func (e *ProviderError) Error() string {
	switch {
	case e.wordless && e.Description == "":
		return fmt.Sprintf("%s: provider answered %d without a message", e.Step, e.Status)
	case e.wordless:
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
	Step   Step
	Status int
	// Reason is a short phrase: "HTML instead of JSON", "cut off".
	Reason string
	Err    error

	empty bool // it had no body
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

// TimeoutError says what a sign-in waited for in vain.
type TimeoutError struct {
	// Device is a wait for a code to be entered (RFC 8628), not for the browser.
	Device bool
	// Link means that no browser was opened, as asked: the person had a link.
	Link bool
	// CanDevice says that the provider has the device flow.
	CanDevice bool
	// Expired says that the code ran out, not the caller's time.
	Expired bool
	// Trouble is why the provider could not answer the last poll; nil if it could.
	Trouble error
}

// Error implements error.
func (e *TimeoutError) Error() string {
	text := e.kind().Error()
	if e.Trouble != nil {
		text += "; " + e.Trouble.Error()
	}
	return text
}

func (e *TimeoutError) kind() error {
	if e.Expired {
		return ErrDeviceExpired
	}
	return ErrTimeout
}

// Unwrap returns [ErrTimeout] or [ErrDeviceExpired], and the trouble.
func (e *TimeoutError) Unwrap() []error { return []error{e.kind(), e.Trouble} }

// secretUnusedError says which setting of the provider's file rules the secret out.
type secretUnusedError struct {
	setting string
	kept    bool // by the caller, and not in the environment
}

// Error implements error.
func (e *secretUnusedError) Error() string {
	return fmt.Sprintf("%s, because of %s", ErrSecretUnused, e.setting)
}

// Unwrap returns [ErrSecretUnused].
func (e *secretUnusedError) Unwrap() error { return ErrSecretUnused }

// AmbiguousError lists the accounts that a name fits.
type AmbiguousError struct {
	Name       string
	Candidates []string
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q matches several accounts: %q", e.Name, e.Candidates)
}

// mostCandidates is how many accounts a person can take in at once.
const mostCandidates = 10

// candidates names some for a person.
func (e *AmbiguousError) candidates() string {
	list, more := e.Candidates, ""
	if over := len(list) - mostCandidates; over > 0 {
		list, more = list[:mostCandidates], fmt.Sprintf(" and %d more, which claviger accounts lists", over)
	}
	return "Candidates: " + strings.Join(list, ", ") + more
}

// Unwrap returns [ErrAmbiguous].
func (e *AmbiguousError) Unwrap() error { return ErrAmbiguous }
