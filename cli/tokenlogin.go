package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/desktop"
	"github.com/claviger/claviger/internal/plain"
)

// tokenAfterLogin has the person sign in, and then gets the token. why is the error that
// only this helps. Of an account, one command at a time does so; the others wait for what
// comes of it, and one that was ignored is not repeated for a while.
func (r *runner) tokenAfterLogin(ctx context.Context, name string, f tokenFlags, why error) (*freshToken, error) {
	if !r.someoneHere(ctx) {
		return nil, why
	}
	who, signedIn, err := r.whoSignsIn(ctx, name)
	if err != nil {
		return nil, err
	}
	if who == "" {
		return nil, why
	}
	home, err := r.Home()
	if err != nil {
		return nil, err
	}
	folder := attention.Folder{Path: home, Log: slog.New(slog.DiscardHandler)}
	invitation, err := folder.Invite(ctx, who, func() { r.say("  … Waiting for a sign-in that another command began") })
	if err != nil {
		return nil, err
	}
	followed := false
	defer func() { invitation.Release(followed) }()
	wait := f.wait
	f.wait = 0
	t, err := r.tokenNow(ctx, name, f) // the command before may have signed in
	if !signInNeeded(err) {
		followed = err == nil
		return t, err
	}
	if until := invitation.Until(time.Now(), signedIn); !until.IsZero() {
		return nil, ignoredBefore(who, until)
	}
	aside := *r
	aside.Out = r.Err // standard output is for the token
	err = aside.signInWithin(ctx, who, loginFlags{timeout: wait})
	if err != nil {
		if ignored(ctx, err) {
			err = errors.Join(err, invitation.Ignored(time.Now()))
		}
		return nil, err
	}
	followed = true
	f.force = false // the token of a new sign-in is new
	return r.tokenNow(ctx, name, f)
}

// someoneHere reports whether a person can be expected to see a browser: there is a
// terminal, or a desktop.
func (r *runner) someoneHere(ctx context.Context) bool {
	return r.Interactive || r.Columns > 0 || desktop.CheckDisplay(ctx, runtime.GOOS, os.Getenv) == nil
}

// whoSignsIn is the account that a name fits, and when it signed in, or the provider's ID;
// "" if it is neither.
func (r *runner) whoSignsIn(ctx context.Context, name string) (id string, signedIn time.Time, err error) {
	agent, err := r.Agent()
	if err != nil {
		return "", time.Time{}, err
	}
	a, err := agent.Account(ctx, name)
	switch {
	case err == nil:
		return a.ID, a.SignedInAt, nil
	case !errors.Is(err, auth.ErrNoAccount):
		return "", time.Time{}, err
	}
	set, err := r.Providers()
	if err != nil {
		return "", time.Time{}, err
	}
	if p, ok := set.Lookup(name); ok {
		return p.ID, time.Time{}, nil
	}
	return "", time.Time{}, nil
}

// ignored reports whether a sign-in ended because the person did not want it, or did
// nothing. Whoever stops the command is there.
func ignored(ctx context.Context, err error) bool {
	var late *auth.TimeoutError
	p, _ := explain(err)
	return ctx.Err() == nil && (errors.As(err, &late) || p.Code == codeTimeLimit || p.Kind == problem.KindRefused)
}

// ignoredBefore is the error of a sign-in that is not begun because the one before was
// ignored.
func ignoredBefore(who string, until time.Time) error {
	return &problemError{problem: problem.Problem{
		Kind:  problem.KindNeedsSignIn,
		Title: "A sign-in is needed, and nobody finished the last one",
		Detail: "No other one is opened by --login for " + plain.Whole(time.Until(until)) +
			", so that a program that asks again and again does not fill your browser.",
		Next: "Sign in: claviger login " + who,
		Code: "sign-in-ignored",
	}}
}
