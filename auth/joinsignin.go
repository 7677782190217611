package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/claviger/claviger/auth/internal/tasks"
)

// What an event of [StepJoin] says.
const (
	waitingElsewhere  = "another window or shell is already signing in"
	signedInElsewhere = "signed in there"
	endedElsewhere    = "it ended without signing in; continuing here"
)

// toldAfter is how long another sign-in may hold the turn before anybody is
// told of it: somebody who looks just now whether there is one is none.
const toldAfter = 200 * time.Millisecond

// signInLock is the name that is held while an account is signed in again with
// the wishes of r. It is no record's: tokens of the account are read,
// refreshed and stored meanwhile, and nobody but such a sign-in waits for it.
func signInLock(r SignInRequest) string {
	sum := sha256.Sum256([]byte(joinKey(r)))
	return "signin-" + hex.EncodeToString(sum[:16])
}

// takeTurn waits while somebody else signs the same account in with the same
// wishes, in this process or another that shares the store, and returns the
// account if it is signed in since. Without one, the turn is this flow's until
// it ends. The system gives the turn on where a process dies.
func (f *Flow) takeTurn(ctx context.Context) (*Account, error) {
	if !f.a.accounts.store.Locks() || !f.r.canJoin() {
		return nil, nil
	}
	before, err := f.a.accounts.load(ctx, f.r.Account)
	if err != nil || before.session || before.Provider != f.p.ID {
		return nil, nil // a sign-in like any other; what is wrong shows later
	}
	ctx, cancel := context.WithTimeout(ctx, f.patience())
	defer cancel()
	if err := f.waitForTurn(ctx, cancel); err != nil || f.leaveTurn == nil {
		f.ended(err, "")
		return nil, err
	}
	now, err := f.a.accounts.load(ctx, f.r.Account)
	switch {
	case errCode(err) == codeLocked:
		f.ended(err, "")
		return nil, err
	case err == nil && f.signedInSince(before, now):
		f.ended(nil, signedInElsewhere)
		return f.a.accounts.told(now, f.a.now()), nil
	}
	f.ended(nil, endedElsewhere)
	return nil, nil
}

// canJoin reports whether a sign-in can stand in for another, or another for
// it: an account is known by its record, which all have.
func (r SignInRequest) canJoin() bool {
	return r.Account != "" && r.Remember && !r.Alone && r.Attempt == nil
}

// signedInSince reports whether what this flow is for has come about. Any
// sign-in may have done it, also one that asked for less.
func (f *Flow) signedInSince(before, now *record) bool {
	return !now.SignedInAt.Equal(before.SignedInAt) && now.State != StateNeedsSignIn &&
		covers(now.Requested, f.scopes) && (now.GroupsAsked || !f.r.Groups)
}

// held is a lock, or why there is none.
type held struct {
	release func()
	err     error
}

// waitForTurn waits until the turn is this flow's or ctx ends, which cancel
// does. No error and no turn means that none can be had: then the sign-in goes
// on as it does where the store has no locks.
func (f *Flow) waitForTurn(ctx context.Context, cancel func()) error {
	turn := make(chan held, 1)
	if !f.a.tasks.Go(func(agent context.Context) {
		defer context.AfterFunc(agent, cancel)()
		release, err := f.a.accounts.store.Hold(ctx, signInLock(f.r))
		turn <- held{release, err}
	}) {
		return tasks.ErrClosed
	}
	soon := time.NewTimer(toldAfter)
	defer soon.Stop()
	var got held
	select {
	case got = <-turn:
	case <-soon.C:
		s := f.ev.StartSaying(StepJoin, waitingElsewhere)
		f.joining = &s
		got = <-turn // ends with ctx
	}
	switch {
	case got.err == nil:
		f.leaveTurn = got.release
	case ctx.Err() != nil:
		return f.waitEnded(ctx)
	default:
		f.a.o.Log.Warn("looking for another sign-in of this account", "error", got.err)
	}
	return nil
}

// ended tells what came of the wait, where there was one.
func (f *Flow) ended(err error, detail string) {
	switch {
	case f.joining == nil:
	case err != nil:
		f.joining.Fail(err)
	case detail == "":
		f.joining.End(Bypassed, "", nil)
	default:
		f.joining.Done(detail)
	}
}

// giveTurn lets the next one sign in.
func (f *Flow) giveTurn() {
	if f.leaveTurn != nil {
		f.leaveTurn()
		f.leaveTurn = nil
	}
}

// Joined reports whether somebody else, in another window or shell, signed the
// account in while this flow waited for them. Then there is no link, no code
// and nothing to open, and [Flow.Wait] has the account.
func (f *Flow) Joined() bool { return f.joined }
