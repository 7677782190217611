package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

// accounts keeps the records of accounts, each with its history and its requests beside it: in the
// store, or in memory if it is not to be remembered or the store did not take it.
type accounts struct {
	store   *ledger.Ledger
	memory  *ledger.Memory[unstored]
	history *history.History
	// requests are what a person tried with each account's token.
	requests *tryit.Kept
	lookup   func(id string) (*providers.Provider, bool)
	now      func() time.Time
	log      *slog.Logger
}

// unstored is a record that is in memory: its tokens may be the only good ones
// there are.
type unstored struct {
	rec *record
	// known reports whether the store had an earlier form of it; if that is
	// gone, the account was signed out.
	known bool
}

// newAccounts returns the accounts of a store. What it does not take is tried again
// after 2 seconds and then less and less often.
func newAccounts(ask *asker, store *ledger.Ledger) *accounts {
	a := &accounts{store: store, lookup: ask.lookup, now: ask.now, log: ask.log}
	a.memory = ledger.NewMemory(ask.tasks, ledger.Pace{First: 2 * time.Second, Most: time.Minute}, a.saveUnstored,
		func(now, written unstored) (unstored, bool) { return now, now.rec != written.rec })
	a.history = history.New(store, ask.tasks, a.inStore, ask.log)
	a.requests = tryit.NewKept(store, a.inStore, func(id string) bool { return !store.Stores() || a.session(id) })
	return a
}

// session reports whether an account is in memory only and stays there.
func (a *accounts) session(id string) bool {
	_, owing, ok := a.memory.Get(id)
	return ok && !owing
}

// unsaved reports whether the store still has to take that record.
func (a *accounts) unsaved(id string) bool {
	_, owing, _ := a.memory.Get(id)
	return owing
}

// load returns an account's record, the newest there is.
func (a *accounts) load(ctx context.Context, id string) (*record, error) {
	return a.loadBy(ctx, id, a.store.Get, decodeRecord)
}

// decoder reads the stored form of a record: all of it, or a part.
type decoder func(name string, data []byte) (*record, error)

// getter is a way of reading from the store.
type getter func(ctx context.Context, name string) ([]byte, error)

// loadBy is load with a way of reading from the store.
func (a *accounts) loadBy(ctx context.Context, id string, get getter, decode decoder) (*record, error) {
	here, owing, ok := a.memory.Get(id)
	if ok && !owing {
		return here.rec.copy(), nil
	}
	if !IsAccountID(id) {
		return nil, fmt.Errorf("%q: %w", id, ErrNoAccount)
	}
	rec, err := readBy(ctx, id, get, decode)
	if !ok {
		return rec, err
	}
	switch {
	case errors.Is(err, ErrNoAccount):
		if here.known {
			return nil, err
		}
	case coded.Of(err) == ledger.CodeLocked:
		return nil, err
	case err == nil && rec.Tokens.Issued.After(here.rec.Tokens.Issued):
		return rec, nil
	}
	return here.rec.copy(), nil
}

// read returns the record as the store has it.
func (a *accounts) read(ctx context.Context, id string) (*record, error) {
	return readBy(ctx, id, a.store.Get, decodeRecord)
}

func readBy(ctx context.Context, id string, get getter, decode decoder) (*record, error) {
	data, err := get(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q: %w", id, ErrNoAccount)
	}
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	return decode(id, data)
}

// inStore reports whether the store has an account. The error is [ErrNotStored] if it
// does not have it yet.
func (a *accounts) inStore(ctx context.Context, id string) (bool, error) {
	if a.unsaved(id) {
		return false, ErrNotStored
	}
	_, err := a.read(ctx, id)
	if errors.Is(err, ErrNoAccount) {
		return false, nil
	}
	return err == nil, err
}

// save keeps a record where it belongs. If the store fails, the record is
// kept in memory, tried again in the background, and the error wraps
// [ErrNotStored]; nothing is lost while the agent lives.
func (a *accounts) save(ctx context.Context, rec *record, known bool) error {
	defer a.store.Changed()
	if rec.session || !a.store.Stores() {
		rec.session = true
		rec.Steps = stored(rec.Steps, trace.Bypassed, notRemembered, a.now())
		a.memory.Keep(rec.ID, unstored{rec.copy(), known})
		return nil
	}
	err := a.put(ctx, rec)
	if err == nil {
		a.memory.Drop(rec.ID)
		return nil
	}
	a.memory.Owe(rec.ID, unstored{rec.copy(), known})
	a.log.Warn("account could not be stored", "account", rec.ID, "error", err)
	return fmt.Errorf("%w: %w", ErrNotStored, err)
}

// saveUnstored stores what the store did not take, unless another process stored newer
// tokens or signed the account out meanwhile.
func (a *accounts) saveUnstored(ctx context.Context, id string, _ unstored) error {
	notStored := func(err error) error { return fmt.Errorf("account %s: %w: %w", id, ErrNotStored, err) }
	release, err := a.hold(ctx, id)
	if err != nil {
		return notStored(err)
	}
	defer release()
	here, owing, _ := a.memory.Get(id)
	if !owing {
		return nil
	}
	there, err := a.read(ctx, id)
	gone := here.known && errors.Is(err, ErrNoAccount)
	next := here.rec.copy()
	switch {
	case gone:
		next = nil
	case err == nil && there.Tokens.Issued.After(next.Tokens.Issued): // newer ones
		if next, there = there, next; !next.describedBy(there) {
			next = nil
		}
	case err == nil:
		next.describedBy(there)
	}
	if next != nil {
		if next.State == StateActive {
			next.Reason = ""
		}
		if err := a.put(ctx, next); err != nil {
			return notStored(err)
		}
	}
	a.memory.Drop(id)
	a.store.Changed()
	return nil
}

// put writes to the store, whatever becomes of the caller: a rotated refresh
// token must not be lost because a caller stopped waiting for it.
func (a *accounts) put(ctx context.Context, rec *record) error {
	rec = rec.copy()
	// Whoever reads this finds it stored.
	rec.Steps = stored(rec.Steps, trace.Done, "", a.now())
	data, err := rec.encode()
	if err != nil {
		return fmt.Errorf("account %s: %w", rec.ID, err)
	}
	return a.store.Put(context.WithoutCancel(ctx), rec.ID, data)
}

// stored ends the step of storing that a sign-in's steps were handed over with.
func stored(steps []trace.Event, phase trace.Phase, detail string, now time.Time) []trace.Event {
	last := -1
	for i, e := range steps {
		if e.Step == trace.StepStore {
			last = i
		}
	}
	if last < 0 || steps[last].Phase != trace.Started {
		return steps
	}
	return append(slices.Clone(steps), trace.Event{
		Step: trace.StepStore, Phase: phase, At: now, Took: now.Sub(steps[last].At), Detail: detail,
	})
}

// forget removes an account, and what lies beside it.
func (a *accounts) forget(ctx context.Context, id string) error {
	defer a.store.Changed()
	a.memory.Drop(id)
	return errors.Join(
		a.store.Delete(ctx, id),
		a.store.Delete(ctx, id+pictureSuffix),
		a.history.Forget(ctx, id),
		a.requests.Forget(ctx, id),
	)
}

// notRemembered is why nothing was stored.
const notRemembered = "not to be remembered"
