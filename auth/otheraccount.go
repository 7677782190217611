package auth

import (
	"fmt"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
)

// ErrOtherAccount means that an account was to sign in again and another one
// did; the error is an [*OtherAccountError].
var ErrOtherAccount = problem.New("ErrOtherAccount", "signed in with a different account")

// OtherAccountError is a sign-in with a different account. Nothing is lost: both
// accounts are there, and the one that was asked for is as it was.
type OtherAccountError struct {
	// Asked was to sign in again, Got did.
	Asked, Got *Account
	// Choose is the prompt that makes the provider ask which account signs in
	// ([providers.Provider.ChooseAccount]), "" if there is none.
	Choose string
}

// Error implements error.
func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("%s: account %s instead of %s", ErrOtherAccount.Error(), e.Got.ID, e.Asked.ID)
}

// Unwrap returns [ErrOtherAccount].
func (e *OtherAccountError) Unwrap() error { return ErrOtherAccount }

// names tells the two apart for people: by their names, or by what else
// differs if a provider gave a name or an address to a new user, or if names
// only look the same.
func (e *OtherAccountError) names() (asked, got string) {
	for _, of := range []func(*Account) string{
		(*Account).title,
		func(a *Account) string { return a.User.Login },
		func(a *Account) string { return a.User.Email },
	} {
		asked, got = plain.Line(of(e.Asked), 0), plain.Line(of(e.Got), 0)
		if a, g := plain.Look(asked), plain.Look(got); a != "" && g != "" && a != g {
			return asked, got
		}
	}
	by := func(a *Account) string { return fmt.Sprintf("%s (user ID %s)", plain.Line(a.title(), 0), a.User.ID) }
	if e.Asked.User.ID == e.Got.User.ID {
		by = func(a *Account) string { return fmt.Sprintf("%s (at %s)", plain.Line(a.title(), 0), a.Issuer) }
	}
	return by(e.Asked), by(e.Got)
}

// Wording implements [problem.Worded]: it says who signed in, what becomes of the other,
// and what to do.
func (e *OtherAccountError) Wording() problem.Wording {
	w := problem.Wording{Key: "other-account"}
	if e.Asked.State != StateNeedsSignIn {
		w.Detail = "other-account:signed-in"
	}
	if e.Choose == "" {
		w.Next = "other-account:no-choice"
	}
	w.Reason, w.Description = e.names()
	return w
}
