package cli

import (
	"context"
	"errors"

	"github.com/claviger/claviger/auth"
)

// awaited is a token that needs a sign-in first.
type awaited struct {
	r     *runner
	agent *auth.Agent
	name  string
	flags tokenFlags
	// seen is the account before the last try, nil if there was none; dead
	// says that its tokens were what failed.
	seen *auth.Account
	dead bool
}

// try finds the account and gets its token.
func (w *awaited) try(ctx context.Context) (*freshToken, error) {
	a, err := w.r.account(ctx, w.agent, w.name)
	if err != nil {
		return nil, err
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
	Tell(w.r.Err, why)
	w.r.say("  Waiting up to %s for the sign-in. Press Ctrl-C to stop.", span(w.flags.wait))
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

// signInNeeded reports whether only a sign-in helps.
func signInNeeded(err error) bool {
	if err == nil {
		return false
	}
	p, _ := explain(err)
	return p.Kind == auth.KindNeedsSignIn
}

// waitUsage is the help of --wait.
const waitUsage = "if a sign-in is needed, wait up to this `time` for it"

var errNegativeWait = errors.New("--wait must not be negative")
