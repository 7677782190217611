package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// load returns an account's record, the newest there is.
func (a *Agent) load(ctx context.Context, id string) (*record, error) {
	a.mu.Lock()
	inMemory, waiting := a.session[id], a.unsaved[id]
	a.mu.Unlock()
	if inMemory != nil {
		return inMemory.copy(), nil
	}
	if a.o.Store == nil || !accountID.MatchString(id) {
		return nil, fmt.Errorf("%q: %w", id, ErrNoAccount)
	}
	rec, err := a.read(ctx, id)
	if waiting.rec == nil {
		return rec, err
	}
	switch {
	case errors.Is(err, ErrNoAccount):
		if waiting.known {
			return nil, err
		}
	case errCode(err) == codeLocked:
		return nil, err
	case err == nil && rec.Tokens.Issued.After(waiting.rec.Tokens.Issued):
		return rec, nil
	}
	return waiting.rec.copy(), nil
}

// read returns the record as the store has it.
func (a *Agent) read(ctx context.Context, id string) (*record, error) {
	data, err := a.o.Store.Get(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q: %w", id, ErrNoAccount)
	}
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	return decodeRecord(id, data)
}

// save keeps a record where it belongs. Where the store fails, the record is
// kept in memory, tried again in the background, and the error wraps
// [ErrNotStored]; nothing is lost while the agent lives.
func (a *Agent) save(ctx context.Context, rec *record, known bool) error {
	defer a.changed()
	if rec.session || a.o.Store == nil {
		rec.session = true
		rec.Steps = stored(rec.Steps, Bypassed, notRemembered, a.now())
		a.mu.Lock()
		a.session[rec.ID] = rec.copy()
		a.mu.Unlock()
		return nil
	}
	err := a.put(ctx, rec)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		delete(a.unsaved, rec.ID)
		return nil
	}
	a.unsaved[rec.ID] = unsaved{rec.copy(), known}
	a.o.Log.Warn("account could not be stored", "account", rec.ID, "error", err)
	if !a.retrying {
		a.retrying = a.backgroundLocked(a.retryUnsaved)
	}
	return fmt.Errorf("%w: %w", ErrNotStored, err)
}

// put writes to the store, whatever becomes of the caller: a rotated refresh
// token must not be lost because somebody stopped waiting for it.
func (a *Agent) put(ctx context.Context, rec *record) error {
	rec = rec.copy()
	// Whoever reads this finds it stored.
	rec.Steps = stored(rec.Steps, Done, "", a.now())
	data, err := rec.encode()
	if err != nil {
		return fmt.Errorf("account %s: %w", rec.ID, err)
	}
	return a.o.Store.Put(context.WithoutCancel(ctx), rec.ID, data)
}

// stored ends the step of storing that a sign-in's steps were handed over with.
func stored(steps []Event, phase Phase, detail string, now time.Time) []Event {
	last := -1
	for i, e := range steps {
		if e.Step == StepStore {
			last = i
		}
	}
	if last < 0 || steps[last].Phase != Started {
		return steps
	}
	return append(slices.Clone(steps), Event{
		Step: StepStore, Phase: phase, At: now, Took: now.Sub(steps[last].At), Detail: detail,
	})
}

// storable makes sure that the store takes a record of this size, by storing
// it again: a provider that rotates the refresh token (RFC 9700 §4.14.2) makes
// the stored one worthless, and a new one that a full disk did not take would
// end with this program. What the store has not taken before is in memory only
// in any case, and is let through.
func (a *Agent) storable(ctx context.Context, rec *record) error {
	if a.o.Store == nil || rec.session || a.isUnsaved(rec.ID) {
		return nil
	}
	if err := a.put(ctx, rec); err != nil {
		return fmt.Errorf("account %s is not refreshed, its new tokens could not be stored: %w", rec.ID, err)
	}
	return nil
}

// update changes an account under its lock: lock, read, change, store. change
// works on a copy and reports whether there is anything to store. The record
// is returned also where only storing it failed.
func (a *Agent) update(ctx context.Context, id string, change func(*record) (bool, error)) (*record, error) {
	release, err := a.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer release()
	rec, err := a.load(ctx, id)
	if err != nil {
		return nil, err
	}
	dirty, err := change(rec)
	if err != nil || !dirty {
		return rec, err
	}
	return rec, a.save(ctx, rec, true)
}

// forget removes an account, its picture and its history.
func (a *Agent) forget(ctx context.Context, id string) error {
	defer a.changed()
	a.mu.Lock()
	delete(a.session, id)
	delete(a.unsaved, id)
	delete(a.history, id)
	a.mu.Unlock()
	if a.o.Store == nil {
		return nil
	}
	return errors.Join(
		a.o.Store.Delete(ctx, id),
		a.o.Store.Delete(ctx, id+pictureSuffix),
		a.forgetHistory(ctx, id),
	)
}

// coded is an error of a store with a stable short name.
type coded interface {
	error
	Code() string
}

// Codes that this package branches on; problems.toml has them all.
const (
	codeDamaged  = "damaged"
	codeLocked   = "locked"
	codeNotSetUp = "not-set-up"
)

// errCode is the short name of a store's error, or "".
func errCode(err error) string {
	var c coded
	if errors.As(err, &c) {
		return c.Code()
	}
	return ""
}
