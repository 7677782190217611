package auth

import (
	"context"
	"errors"
	"time"

	"github.com/claviger/claviger/auth/internal/tasks"
)

// refreshes keeps accounts fresh: their tokens, and what is known of their users.
type refreshes struct {
	ask      *asker
	accounts *accounts
	now      func() time.Time
	flights  *tasks.Shared[*flight] // those under way, by account
}

func newRefreshes(ask *asker, accounts *accounts) *refreshes {
	return &refreshes{ask: ask, accounts: accounts, now: ask.now, flights: tasks.NewShared[*flight](ask.tasks)}
}

// need says whether a record's tokens must still be replaced.
type need func(*record) bool

// flight is a refresh under way, shared by everybody who waits for it.
type flight struct {
	forced bool
	// Set when it ends.
	rec *record
	err error
}

// refreshed returns the account with tokens that are no longer needed to be
// replaced. All goroutines that ask for one account share one refresh; each
// stops waiting when its own context ends, and the refresh goes on for the
// others. The last one to leave cancels the wait for the lock; a request that is
// under way is never cut. A forced one is tried even if a sign-in was found to
// be needed.
func (r *refreshes) refreshed(ctx context.Context, id string, n need, forced bool) (*record, error) {
	for {
		j, mine, err := r.flights.Join(ctx, id, &flight{forced: forced}, func(ctx context.Context, f *flight) {
			f.rec, f.err = r.refreshHeld(ctx, id, n, forced)
		})
		if err != nil {
			return nil, err
		}
		if err := r.flights.Wait(ctx, j); err != nil {
			return nil, err
		}
		f := j.It
		if f.rec != nil && (f.err == nil || errors.Is(f.err, ErrNotStored)) {
			if mine || !n(f.rec) {
				return f.rec.copy(), f.err
			}
			continue // what another needed was less than this
		}
		if !mine && (forced && !f.forced || errors.Is(f.err, context.Canceled)) {
			continue
		}
		return nil, f.err
	}
}
