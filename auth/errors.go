package auth

import (
	"fmt"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/receive"
)

// Sentinels. Each has its words in [problem.Explain].
var (
	// ErrNeedsSignIn means that only a new interactive sign-in helps.
	ErrNeedsSignIn = oauth.ErrNeedsSignIn
	// ErrOffline means that the provider could not be reached.
	ErrOffline = oauth.ErrOffline
	// ErrNoAccount means that no account has that name.
	ErrNoAccount = problem.New("ErrNoAccount", "no such account")
	// ErrAmbiguous means that a name fits several accounts; the error is an
	// [*AmbiguousError].
	ErrAmbiguous = problem.New("ErrAmbiguous", "name matches several accounts")
	// ErrCanceled means that the person cancelled.
	ErrCanceled = problem.New("ErrCanceled", "sign-in cancelled")
	// ErrTimeout means that the person did not sign in in time; the error is a
	// [*TimeoutError].
	ErrTimeout = problem.New("ErrTimeout", "the sign-in was not finished in time")
	// ErrNoBrowser means that no browser could be started.
	ErrNoBrowser = problem.New("ErrNoBrowser", "no browser could be opened")
	// ErrPortBusy means that every allowed redirect port is taken.
	ErrPortBusy = receive.ErrPortBusy
	// ErrPortForbidden means that the system forbids the redirect port.
	ErrPortForbidden = receive.ErrPortForbidden
	// ErrIDToken means that the ID token failed a check; the error is an
	// [*IDTokenError].
	ErrIDToken = idtoken.ErrFailed
	// ErrPasted means that a pasted address does not belong to the sign-in.
	ErrPasted = problem.New("ErrPasted", "pasted address does not belong to this sign-in")
	// ErrSecretUnused means that a client secret is configured that the provider's
	// file rules out: it would never be sent.
	ErrSecretUnused = problem.New("ErrSecretUnused", "client secret is never sent")
	// ErrNotStored means that an account is signed in and works but could not be
	// stored: it lasts as long as this program, which keeps trying.
	ErrNotStored = problem.New("ErrNotStored", "could not be stored")
	// ErrLabel means that a label has more than [MaxLabel] characters.
	ErrLabel = problem.New("ErrLabel", "label is too long")
	// ErrTooLate means that a sign-out can no longer be undone.
	ErrTooLate = problem.New("ErrTooLate", "sign-out can no longer be undone")
	// ErrNoRefresh means that there is no refresh token.
	ErrNoRefresh = problem.New("ErrNoRefresh", "no refresh token")
)

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
		return oauth.ErrDeviceExpired
	}
	return ErrTimeout
}

// Unwrap returns [ErrTimeout] or [oauth.ErrDeviceExpired], and the trouble.
func (e *TimeoutError) Unwrap() []error { return []error{e.kind(), e.Trouble} }

// Wording implements [problem.Worded]: it says what was waited for, and what the
// provider's last trouble was. It names no other way to sign in than the provider has.
func (e *TimeoutError) Wording() problem.Wording {
	w := problem.Wording{Key: "ErrTimeout", Cause: e.Trouble}
	switch {
	case e.Expired:
		w.Key = "ErrDeviceExpired"
	case e.Device:
		w.Key = "timeout:device"
	case e.Link && e.CanDevice:
		w.Key = "timeout:link-or-code"
	case e.Link:
		w.Key = "timeout:link"
	case e.CanDevice:
		w.Key = "timeout:or-code"
	}
	return w
}

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

// Wording implements [problem.Worded]: it says what contradicts the secret.
func (e *secretUnusedError) Wording() problem.Wording {
	w := problem.Wording{Key: "ErrSecretUnused", Reason: e.setting}
	if e.kept {
		w.Next = "secret-unused:kept"
	}
	return w
}

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

// noRefreshError says until when the token is good that cannot be renewed.
type noRefreshError struct {
	good    bool      // it is still
	expires time.Time // zero if that is not known
}

// Error implements error.
func (e *noRefreshError) Error() string {
	return fmt.Sprintf("%v: %v", oauth.ErrNeedsSignIn, ErrNoRefresh)
}

// Unwrap returns [oauth.ErrNeedsSignIn] and [ErrNoRefresh].
func (e *noRefreshError) Unwrap() []error { return []error{oauth.ErrNeedsSignIn, ErrNoRefresh} }

// Wording implements [problem.Worded]: of a token that is still good it says until when.
func (e *noRefreshError) Wording() problem.Wording {
	switch {
	case !e.good:
		return problem.Wording{}
	case e.expires.IsZero():
		return problem.Wording{Key: "no-refresh-token:open"}
	}
	return problem.Wording{Key: "no-refresh-token:good", Reason: oauth.Clock(e.expires)}
}

// Wording implements [problem.Worded].
func (e *AmbiguousError) Wording() problem.Wording {
	return problem.Wording{Key: "ErrAmbiguous", Reason: e.candidates()}
}
