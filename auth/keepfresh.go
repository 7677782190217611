package auth

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/asking"
)

// The habits of [Agent.KeepFresh].
const (
	// lookEvery bounds the wait between two looks at the clock: a machine that
	// slept or whose clock was set is noticed within it.
	lookEvery = 30 * time.Second
	// lookForNetEvery bounds it while something waits for the network.
	lookForNetEvery = 3 * time.Second
	// listEvery bounds the time between two listings if no change is noticed.
	listEvery = 5 * time.Minute
	// retryMost bounds the wait before a refresh that failed is tried again.
	retryMost = 15 * time.Minute
)

// upkeep keeps what is known of accounts fresh, and finishes what waits.
type upkeep struct {
	refreshes *refreshes
	signOuts  *signOuts
	addresses func() ([]net.Addr, error)
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	keepers map[*keeper]struct{} // at work
}

func newUpkeep(o Options, ask *asker, accounts *accounts) *upkeep {
	return &upkeep{
		refreshes: newRefreshes(ask, accounts), signOuts: newSignOuts(ask, accounts),
		addresses: o.Addresses, now: ask.now, log: ask.log, keepers: map[*keeper]struct{}{},
	}
}

// run is [Agent.KeepFresh].
func (u *upkeep) run(ctx context.Context) {
	ctx, cancel := u.refreshes.ask.tasks.Within(asking.Quiet(ctx)) // nobody waits for it
	defer cancel()
	k := newKeeper(u)
	defer k.running.Wait()
	defer u.enlist(k)()
	changes := u.refreshes.accounts.store.Watch(ctx)
	var listed time.Time
	for {
		if now := u.now(); now.Sub(listed) >= listEvery || now.Before(listed) {
			listed = now
			if k.list(ctx) { // such as before a person opens the keyring
				listed = now.Add(lookEvery - listEvery)
			}
		}
		wait := k.start(ctx)
		slept := startNap(u.now, wait)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case _, ok := <-changes:
			if !ok {
				timer.Stop()
				return
			}
			listed = time.Time{}
		case <-timer.C:
		}
		timer.Stop()
		if back := k.net.changed(); slept() || back {
			k.hurry()
		}
	}
}

// enlist lets others know what a keeper plans, until the returned function is
// called.
func (u *upkeep) enlist(k *keeper) (leave func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.keepers[k] = struct{}{}
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.keepers, k)
	}
}

// next is when an account is tried next; zero if no keeper is at work.
func (u *upkeep) next(id string) time.Time {
	u.mu.Lock()
	keepers := slices.Collect(maps.Keys(u.keepers))
	u.mu.Unlock()
	var next time.Time
	for _, k := range keepers {
		if due := k.due(id); next.IsZero() || !due.IsZero() && due.Before(next) {
			next = due
		}
	}
	return next
}
