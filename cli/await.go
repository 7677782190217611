package cli

import (
	"context"
	"errors"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
)

// awaited is a token that needs a sign-in first.
type awaited struct {
	r     *runner
	agent *auth.Agent
	name  string
	flags tokenFlags
	// found is the account for the first try, if it is known already.
	found *auth.Account
	// seen is the account before the last try, nil if there was none; dead
	// says that its tokens were what failed.
	seen *auth.Account
	dead bool
}

// try finds the account and gets its token.
func (w *awaited) try(ctx context.Context) (*freshToken, error) {
	a := w.found
	if w.found = nil; a == nil {
		var err error
		if a, err = w.r.account(ctx, w.agent, w.name); err != nil {
			return nil, err
		}
	}
	// From here on it is this one, whoever else signs in meanwhile.
	w.seen, w.name = a, a.ID
	t, err := w.r.tokenOf(ctx, w.agent, a, w.flags)
	w.dead = errors.Is(err, auth.ErrNeedsSignIn)
	return t, w.r.ofAccount(err, a)
}

// wait tries again after each sign-in, for as long as the flags say. why is
// the result of the first try. Meanwhile it watches the store and does not use
// the network.
func (w *awaited) wait(ctx context.Context, why error) (*freshToken, error) {
	limit, cancel := context.WithTimeout(ctx, w.flags.wait)
	defer cancel()
	changes := w.agent.Watch(limit)
	w.flags.force = false // the token of a new sign-in is new
	for {
		if w.changed(ctx) {
			t, err := w.try(ctx)
			if !signInNeeded(err) {
				return t, err
			}
			why = err
		}
		select {
		case _, ok := <-changes:
			if !ok {
				changes = nil // a nil channel never receives
			}
		case <-limit.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, why
		}
	}
}

// changed reports whether it is worth trying again: someone signed in, or the
// account no longer needs it. What the tries themselves store is no
// such change.
func (w *awaited) changed(ctx context.Context) bool {
	if w.seen == nil {
		return true
	}
	a, err := w.agent.Account(ctx, w.name)
	if err != nil {
		return true // the next try reports it
	}
	return !a.SignedInAt.Equal(w.seen.SignedInAt) || w.dead && a.State != auth.StateNeedsSignIn
}

// sayWaiting says why the command waits, and for how long.
func (r *runner) sayWaiting(why error, f tokenFlags) {
	Tell(r.Err, why)
	r.say("  Waiting up to %s for the sign-in. Press Ctrl-C to stop.", plain.Whole(f.wait))
}

// signInNeeded reports whether only a sign-in helps.
func signInNeeded(err error) bool {
	if err == nil {
		return false
	}
	p, _ := explain(err)
	return p.Kind == problem.KindNeedsSignIn
}

// waitUsage is the help of --wait.
const waitUsage = "if a sign-in is needed, wait up to this `time` for it"

var errNegativeWait = errors.New("--wait must not be negative")
