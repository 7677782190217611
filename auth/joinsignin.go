package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/coded"
)

// What an event of [trace.StepJoin] says.
const (
	waitingElsewhere  = "another window or shell is already signing in"
	signedInElsewhere = "signed in there"
	endedElsewhere    = "it ended without signing in; continuing here"
)

// reportAfter is how long another sign-in may hold the turn before it is
// reported: one that only looks whether there is another is gone by then.
const reportAfter = 200 * time.Millisecond

// signInLock is the name that is held while an account is signed in again with
// the wishes of r. It is no record's: tokens of the account are read,
// refreshed and stored meanwhile, and only such a sign-in waits for it.
func signInLock(r SignInRequest) string {
	sum := sha256.Sum256([]byte(joinKey(r)))
	return "signin-" + hex.EncodeToString(sum[:16])
}

// turn is that of a flow to sign an account in: whoever else wants the same of the
// same account waits for it.
type turn struct {
	ask      *asker
	accounts *accounts
	req      *authorizationRequest
	ev       *trace.Log

	leave   func()      // gives the turn on; nil without one
	joining *trace.Span // the wait for another sign-in, if it was reported
}

// take waits while another sign-in of the same account with the same wishes is
// under way, in this process or another that shares the store, and returns the
// account if it is signed in since. Without one, the turn is this flow's until
// it ends. If a process dies, the system passes its turn on.
func (t *turn) take(ctx context.Context) (*Account, error) {
	if !t.accounts.store.Locks() || !t.req.r.canJoin() {
		return nil, nil
	}
	before, err := t.accounts.load(ctx, t.req.r.Account)
	if err != nil || before.session || before.Provider != t.req.client.Provider.ID {
		return nil, nil // a sign-in like any other; what is wrong shows later
	}
	ctx, cancel := context.WithTimeout(ctx, t.req.patience())
	defer cancel()
	if err := t.wait(ctx, cancel); err != nil || t.leave == nil {
		t.ended(err, "")
		return nil, err
	}
	now, err := t.accounts.load(ctx, t.req.r.Account)
	switch {
	case coded.Of(err) == ledger.CodeLocked:
		t.ended(err, "")
		return nil, err
	case err == nil && t.signedInSince(before, now):
		t.ended(nil, signedInElsewhere)
		return t.accounts.view(now, t.ask.now()), nil
	}
	t.ended(nil, endedElsewhere)
	return nil, nil
}

// canJoin reports whether a sign-in can stand in for another, or another for
// it: an account is known by its record, which all have.
func (r SignInRequest) canJoin() bool {
	return r.Account != "" && r.Remember && !r.Alone && r.Attempt == nil
}

// signedInSince reports whether what this flow is for has come about. Any
// sign-in may have done it, also one that asked for less.
func (t *turn) signedInSince(before, now *record) bool {
	return !now.SignedInAt.Equal(before.SignedInAt) && now.State != StateNeedsSignIn &&
		covers(now.Requested, t.req.Scopes) && (now.GroupsAsked || !t.req.r.Groups)
}

// held is a lock, or why there is none.
type held struct {
	release func()
	err     error
}

// wait waits until the turn is this flow's or ctx ends, which cancel
// does. No error and no turn means that none can be had: then the sign-in goes
// on as it does if the store has no locks.
func (t *turn) wait(ctx context.Context, cancel func()) error {
	turn := make(chan held, 1)
	if !t.ask.tasks.Go(func(agent context.Context) {
		defer context.AfterFunc(agent, cancel)()
		release, err := t.accounts.store.Hold(ctx, signInLock(t.req.r))
		turn <- held{release, err}
	}) {
		return tasks.ErrClosed
	}
	soon := time.NewTimer(reportAfter)
	defer soon.Stop()
	var got held
	select {
	case got = <-turn:
	case <-soon.C:
		s := t.ev.StartSaying(trace.StepJoin, waitingElsewhere)
		t.joining = &s
		got = <-turn // ends with ctx
	}
	switch {
	case got.err == nil:
		t.leave = got.release
	case ctx.Err() != nil:
		return t.req.waitEnded(ctx)
	default:
		t.ask.log.Warn("looking for another sign-in of this account", "error", got.err)
	}
	return nil
}

// ended reports what came of the wait, if there was one.
func (t *turn) ended(err error, detail string) {
	switch {
	case t.joining == nil:
	case err != nil:
		t.joining.Fail(err)
	case detail == "":
		t.joining.End(trace.Bypassed, "", nil)
	default:
		t.joining.Done(detail)
	}
}

// give lets the next one sign in.
func (t *turn) give() {
	if t.leave != nil {
		t.leave()
		t.leave = nil
	}
}

// Joined reports whether another sign-in, in another window or shell, signed the
// account in while this flow waited for them. Then there is no link, no code
// and nothing to open, and [Flow.Wait] has the account.
func (f *Flow) Joined() bool { return f.joined }
