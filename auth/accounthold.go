package auth

import (
	"context"
	"time"
)

// refreshTimeout bounds one refresh from discovery to the stored record.
const refreshTimeout = 45 * time.Second

// holdPatience bounds every wait for a record, whose holder has no longer than
// [refreshTimeout] to do.
const holdPatience = refreshTimeout + 15*time.Second

// hold waits until this caller holds the account against goroutines and, with a
// [Locker], processes, or ctx ends, and no longer than [holdPatience].
func (a *accounts) hold(ctx context.Context, id string) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, holdPatience)
	defer cancel()
	if a.session(id) {
		return a.store.Enter(ctx, id)
	}
	return a.store.Hold(ctx, id)
}

// holdOrGoOn is hold for a caller that has fresh tokens in hand: if the lock is
// not to be had while ctx lasts, they are stored without. A refresh that held
// it finds out, see [accounts.stillThere].
func (a *accounts) holdOrGoOn(ctx context.Context, id string) (release func()) {
	release, err := a.hold(ctx, id)
	if err != nil {
		a.log.Warn("storing a sign-in without the lock", "account", id, "error", err)
		return func() {}
	}
	return release
}
