package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	data, err := rec.encode()
	if err != nil {
		return fmt.Errorf("account %s: %w", rec.ID, err)
	}
	return a.o.Store.Put(context.WithoutCancel(ctx), rec.ID, data)
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

// forget removes an account and its picture.
func (a *Agent) forget(ctx context.Context, id string) error {
	defer a.changed()
	a.mu.Lock()
	delete(a.session, id)
	delete(a.unsaved, id)
	a.mu.Unlock()
	if a.o.Store == nil {
		return nil
	}
	return errors.Join(
		a.o.Store.Delete(ctx, id),
		a.o.Store.Delete(ctx, id+pictureSuffix),
	)
}

// gate lets one goroutine of this process through at a time.
type gate struct {
	ch    chan struct{} // holds one element while somebody is inside
	users int
}

// hold waits until this caller holds the record against goroutines and, with a
// [Locker], processes, or ctx ends.
func (a *Agent) hold(ctx context.Context, id string) (release func(), err error) {
	a.mu.Lock()
	g := a.gates[id]
	if g == nil {
		g = &gate{ch: make(chan struct{}, 1)}
		a.gates[id] = g
	}
	g.users++
	inMemory := a.session[id] != nil
	a.mu.Unlock()
	leave := func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if g.users--; g.users == 0 {
			delete(a.gates, id)
		}
	}
	select {
	case g.ch <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	open := func() { <-g.ch; leave() }
	locker, ok := a.o.Store.(Locker)
	if !ok || inMemory {
		return open, nil
	}
	unlock, err := locker.LockRecord(ctx, id)
	if err != nil {
		open()
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	return func() { unlock(); open() }, nil
}

// coded is an error of a store with a stable short name.
type coded interface {
	error
	Code() string
}

// Codes that this package branches on; problems.toml has them all.
const (
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
