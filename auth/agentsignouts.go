package auth

import (
	"context"
	"slices"
)

// SignOut forgets the account here, always, and does the rest as asked. Only
// failing to forget is an error; the receipt comes also then. A damaged
// account can be forgotten too; one that cannot be read for another reason, such
// as a locked vault, stays. A revocation that does not reach the provider
// is pending and goes on by itself: see [Receipt.Retry].
func (a *Agent) SignOut(ctx context.Context, id string, o SignOutOptions) (*Receipt, error) {
	return a.upkeep.signOuts.signOut(ctx, id, o)
}

// UndoSignOut brings an account back that was signed out with [SignOutOptions].Undo, as it
// was, with its picture and history. The error wraps [ErrTooLate] if the time is over,
// something was sent to the provider, the person signed in again, or this agent did not
// sign it out. After any error the account is signed out as before.
func (a *Agent) UndoSignOut(ctx context.Context, id string) (*Account, error) {
	return a.upkeep.signOuts.undo(ctx, id)
}

// FinishSignOut does at once what a sign-out with [SignOutOptions].Undo has put off, which
// then cannot be undone, and returns the receipt. Without it, [Agent.KeepFresh] of any
// program does it when the time is over.
func (a *Agent) FinishSignOut(ctx context.Context, id string) (*Receipt, error) {
	return a.upkeep.signOuts.finishNow(ctx, id)
}

// RetrySignOuts tries all revocations that wait, whenever they were to be tried
// next; only what the provider itself asked for (Retry-After) is waited for. It
// returns the receipts of those that ended with it. The error is about reading
// them: what the provider says is in the receipts.
func (a *Agent) RetrySignOuts(ctx context.Context) ([]*Receipt, error) {
	return a.upkeep.signOuts.retryAll(ctx, false)
}

// RetryDueSignOuts is [Agent.RetrySignOuts] for those whose time has come. If
// nothing waits it costs a look into the store.
func (a *Agent) RetryDueSignOuts(ctx context.Context) ([]*Receipt, error) {
	return a.upkeep.signOuts.retryAll(ctx, true)
}

// Receipts lists the receipts of sign-outs, the newest first: all that wait for
// something, and of the others the last 20 of the last 90 days. It asks no
// network. Damaged ones are left out and named in the error, which then comes
// together with the others.
func (a *Agent) Receipts(ctx context.Context) ([]*Receipt, error) {
	return a.upkeep.signOuts.receipts.list(ctx)
}

// ClearReceipts forgets the receipts that wait for nothing, and those that
// cannot be read. With pending, the others go too: their tokens stay good at the
// provider until they end.
func (a *Agent) ClearReceipts(ctx context.Context, pending bool) (ClearedReceipts, error) {
	receipts := a.upkeep.signOuts.receipts
	gone, err := receipts.clear(ctx, pending)
	c := ClearedReceipts{Count: len(gone)}
	gone = slices.DeleteFunc(gone, func(s *signOut) bool { return s == nil })
	if len(gone) > 0 {
		c.Restore = func(ctx context.Context) error { return receipts.restore(ctx, gone) }
	}
	return c, err
}

// ClearedReceipts are receipts that [Agent.ClearReceipts] forgot.
type ClearedReceipts struct {
	// Count is how many went.
	Count int
	// Restore brings back those that could be read; nil if there are none. An account that
	// was signed out again meanwhile keeps its newer receipt.
	Restore func(ctx context.Context) error
}
