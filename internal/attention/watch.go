package attention

import (
	"context"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/coded"
)

const (
	// settle is how long changes are collected before the accounts are listed, and
	// share the part of the time that listing may take.
	settle = time.Second
	share  = 20
	// lookEvery bounds the wait between two looks at the clock: a machine may have
	// slept.
	lookEvery = 5 * time.Minute
	// listEvery bounds the time between two listings if no change is told.
	listEvery = 30 * time.Minute
	// turnEvery is how often the turn is tried again after an error.
	turnEvery = time.Minute
)

// Source has the accounts and the sign-outs. *auth.Agent is one.
type Source interface {
	Accounts(ctx context.Context) ([]*auth.Account, error)
	Receipts(ctx context.Context) ([]*auth.Receipt, error)
	Watch(ctx context.Context) <-chan struct{}
}

// Turn lets one process at a time do something: the result gives it on.
type Turn func(ctx context.Context) (release func(), err error)

// watch is a look at the accounts that goes on.
type watch struct {
	source Source
	desk   *Desk

	accounts []seen
	receipts []*auth.Receipt
	locked   bool
}

// Watch keeps a desk up to date until ctx ends, and then takes back what it said. Where
// several processes look at the same accounts, one does so at a time; with its end, the
// next one begins.
func Watch(ctx context.Context, source Source, d *Desk, turn Turn) {
	for {
		release, err := turn(ctx)
		if err == nil {
			defer release()
			break
		}
		if !pause(ctx, turnEvery) {
			return
		}
	}
	defer d.Clear()
	w := &watch{source: source, desk: d}
	changes := source.Watch(ctx) // before the look, so that none is missed
	for ctx.Err() == nil {
		began := d.now()
		w.list(ctx)
		took := d.now().Sub(began)
		if !w.wait(ctx, changes, began.Add(listEvery)) {
			changes = nil // a nil channel never receives
		}
		if !pause(ctx, max(settle, min(share*took, time.Minute))) {
			return
		}
	}
}

// list reads the accounts and the sign-outs. Of a locked vault nothing is said; what
// cannot be read for another reason leaves all as it is.
func (w *watch) list(ctx context.Context) {
	accounts, err := w.source.Accounts(ctx)
	w.locked = coded.Of(err) == "locked"
	if w.locked || ctx.Err() != nil || err != nil && len(accounts) == 0 {
		return
	}
	w.accounts = make([]seen, 0, len(accounts))
	for _, a := range accounts {
		w.accounts = append(w.accounts, seenOf(a))
	}
	if receipts, err := w.source.Receipts(ctx); err == nil || len(receipts) > 0 {
		w.receipts = receipts
	}
}

// wait keeps the desk up to date until something changes, until comes or ctx ends. It
// reports whether more changes may come.
func (w *watch) wait(ctx context.Context, changes <-chan struct{}, until time.Time) bool {
	for {
		now := w.desk.now()
		next := sooner(w.tell(now), until)
		timer := time.NewTimer(max(min(next.Sub(now), lookEvery), time.Second))
		select {
		case <-ctx.Done():
			timer.Stop()
			return true
		case _, more := <-changes:
			timer.Stop()
			return more
		case <-timer.C:
		}
		if now := w.desk.now(); !now.Before(until) || now.Before(until.Add(-2*listEvery)) {
			return true // it is time, or the clock was set back
		}
	}
}

// tell says what is the case, and returns when that changes by itself.
func (w *watch) tell(now time.Time) (next time.Time) {
	if w.locked {
		w.desk.Clear()
		return time.Time{}
	}
	var events []Event
	for _, s := range w.accounts {
		list, change := s.causes(now)
		events, next = append(events, list...), sooner(next, change)
	}
	for _, r := range w.receipts {
		if e, ok := failedSignOut(r, now); ok {
			events = append(events, e)
		}
	}
	return sooner(next, w.desk.See(events))
}

// pause waits, and reports whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
