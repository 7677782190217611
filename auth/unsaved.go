package auth

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// unsaved is a record that the store did not take: its tokens may be the only
// good ones there are.
type unsaved struct {
	rec *record
	// known reports whether the store had an earlier form of it; if that is
	// gone, somebody signed the account out.
	known bool
}

// isUnsaved reports whether the store still has to take that record.
func (a *Agent) isUnsaved(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.unsaved[id]
	return ok
}

// retryUnsaved tries the store again, after 2 seconds and then less and less
// often, until it has everything or the agent ends.
func (a *Agent) retryUnsaved(ctx context.Context) {
	for wait := 2 * time.Second; ; wait = min(2*wait, time.Minute) {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		_ = a.saveUnsaved(ctx) // told where it happened; comes again
		a.mu.Lock()
		if len(a.unsaved) == 0 {
			a.retrying = false
			a.mu.Unlock()
			return
		}
		a.mu.Unlock()
	}
}

// saveUnsaved tries to store what the store did not take.
func (a *Agent) saveUnsaved(ctx context.Context) error {
	a.mu.Lock()
	ids := make([]string, 0, len(a.unsaved))
	for id := range a.unsaved {
		ids = append(ids, id)
	}
	a.mu.Unlock()
	var failed []error
	for _, id := range ids {
		if err := a.saveOne(ctx, id); err != nil {
			failed = append(failed, fmt.Errorf("account %s: %w: %w", id, ErrNotStored, err))
		}
	}
	return errors.Join(failed...)
}

func (a *Agent) saveOne(ctx context.Context, id string) error {
	release, err := a.hold(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	a.mu.Lock()
	waiting, ok := a.unsaved[id]
	a.mu.Unlock()
	if !ok {
		return nil
	}
	stored, err := a.read(ctx, id)
	gone := waiting.known && errors.Is(err, ErrNoAccount)
	newer := err == nil && stored.Tokens.Issued.After(waiting.rec.Tokens.Issued)
	if !gone && !newer {
		next := waiting.rec.copy()
		if next.State == StateActive {
			next.Reason = ""
		}
		if err := a.put(ctx, next); err != nil {
			return err
		}
	}
	a.mu.Lock()
	delete(a.unsaved, id)
	a.mu.Unlock()
	a.changed()
	return nil
}
