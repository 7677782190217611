package auth

import (
	"context"
	"errors"
)

// need says whether a record's tokens must still be replaced.
type need func(*record) bool

// flight is a refresh under way, shared by everybody who waits for it.
type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int // guarded by Agent.mu
	forced  bool
	// Set before done is closed.
	rec *record
	err error
}

// refreshed returns the account with tokens that are no longer needed to be
// replaced. All goroutines that ask for one account share one refresh; each
// stops waiting when its own context ends, and the refresh goes on for the
// others. A forced one is tried also where a sign-in was found to be needed.
func (a *Agent) refreshed(ctx context.Context, id string, n need, forced bool) (*record, error) {
	for {
		f, mine, err := a.join(ctx, id, n, forced)
		if err != nil {
			return nil, err
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			a.leave(id, f)
			return nil, ctx.Err()
		}
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

// join joins the account's refresh or starts one.
func (a *Agent) join(ctx context.Context, id string, n need, forced bool) (f *flight, mine bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.flights[id]; f != nil {
		f.waiters++
		return f, false, nil
	}
	// It outlives the caller, whose values it keeps, and ends with the agent.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f = &flight{done: make(chan struct{}), cancel: cancel, waiters: 1, forced: forced}
	if !a.backgroundLocked(func(agent context.Context) {
		defer context.AfterFunc(agent, cancel)()
		defer cancel()
		f.rec, f.err = a.refreshHeld(work, id, n, forced)
		a.mu.Lock()
		if a.flights[id] == f {
			delete(a.flights, id)
		}
		a.mu.Unlock()
		close(f.done)
	}) {
		cancel()
		return nil, false, errClosed
	}
	a.flights[id] = f
	return f, true, nil
}

var errClosed = errors.New("agent is closed")

// leave stops waiting for a refresh. The last one to leave cancels the wait
// for the lock; a request that is under way is never cut.
func (a *Agent) leave(id string, f *flight) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.waiters--; f.waiters > 0 {
		return
	}
	f.cancel()
	if a.flights[id] == f {
		delete(a.flights, id)
	}
}
