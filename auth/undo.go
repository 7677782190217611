package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/coded"
)

// A sign-out that can be undone forgets the account at once, as any: no program gets its
// tokens any more, and a crash leaves it signed out, with its revocation waiting in the
// store. Only what is sent to the provider is held back. What brings the account back is
// in the memory of the agent that signed it out, and nowhere else.

// regret is an account that was forgotten, for as long as that can be undone.
type regret struct {
	rec     *record
	picture []byte // as the store had it; nil if it had none
	history []history.Entry
	// requests are those of its Try it tab.
	requests tryit.Snapshot
	revoke   bool
	gone     chan struct{} // closed once it is forgotten for good
}

// regrets are the sign-outs that can be undone, by account.
type regrets struct {
	tasks *tasks.Tasks

	mu sync.Mutex
	of map[string]*regret
}

func newRegrets(t *tasks.Tasks) *regrets { return &regrets{tasks: t, of: map[string]*regret{}} }

// keep remembers a forgotten account for a time, and some more: who says in time that it
// was a mistake may have to wait for a lock.
func (r *regrets) keep(g *regret, during time.Duration) {
	id := g.rec.ID
	g.gone = make(chan struct{})
	r.mu.Lock()
	r.of[id] = g
	r.mu.Unlock()
	r.tasks.Go(func(end context.Context) {
		timer := time.NewTimer(during + lockPatience)
		defer timer.Stop()
		select {
		case <-end.Done():
		case <-g.gone:
		case <-timer.C:
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.of[id] == g {
			delete(r.of, id)
		}
	})
}

func (r *regrets) get(id string) *regret {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of[id]
}

// drop forgets for good.
func (r *regrets) drop(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if g := r.of[id]; g != nil {
		close(g.gone)
		delete(r.of, id)
	}
}

// regret keeps what is about to be forgotten, if that can be undone, and returns until
// when it can; zero if it cannot. The caller holds the account.
func (o *signOuts) regret(ctx context.Context, rec *record, wish SignOutOptions, now time.Time) time.Time {
	if wish.EndSession || wish.Undo <= 0 {
		return time.Time{}
	}
	g := &regret{rec: rec.copy(), revoke: wish.Revoke}
	g.picture, _ = o.accounts.store.Get(ctx, rec.ID+pictureSuffix)                  // it can be had again
	g.history, _ = o.accounts.history.List(ctx, rec.ID, o.accounts.session(rec.ID)) // the rest is what matters
	g.requests, _ = o.accounts.requests.Snapshot(ctx, rec.ID)
	o.regrets.keep(g, wish.Undo)
	return now.Add(wish.Undo)
}

// undo is [Agent.UndoSignOut].
func (o *signOuts) undo(ctx context.Context, id string) (*Account, error) {
	release, err := o.accounts.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer release()
	g := o.regrets.get(id)
	if g == nil {
		return nil, fmt.Errorf("account %s: %w", id, ErrTooLate)
	}
	if err := o.stillUndone(ctx, g); err != nil {
		return nil, err
	}
	if err := o.accounts.restore(ctx, g); err != nil {
		return nil, err
	}
	o.regrets.drop(id)
	// After the account is back: a crash in between leaves it there, and whoever finds the
	// receipt then sends nothing ([signOuts.cutOff]).
	if err := o.receipts.drop(ctx, id); err != nil {
		o.log.Warn("the receipt of a sign-out that was undone could not be removed", "account", id, "error", err)
	}
	return o.accounts.view(g.rec, o.now()), nil
}

// stillUndone returns an error if the provider was asked, or the person is signed in
// again. The caller holds the account.
func (o *signOuts) stillUndone(ctx context.Context, g *regret) error {
	late := fmt.Errorf("account %s: %w", g.rec.ID, ErrTooLate)
	switch s, err := o.receipts.get(ctx, g.rec.ID); {
	case errors.Is(err, ErrNoAccount): // cleared: nothing will be sent
	case err != nil:
		return err
	case s.receipt.Pending() && !s.heldBack(), g.revoke && s.rec == nil && s.receipt.Revoked.Outcome != OutcomeNotOffered:
		return late
	}
	switch again, err := o.accounts.sameUser(ctx, g.rec); {
	case again != nil:
		return late
	case coded.Of(err) == ledger.CodeLocked:
		return err
	}
	return nil
}

// restore brings back what [accounts.forget] removed, whole or not at all. The caller holds
// the account.
func (a *accounts) restore(ctx context.Context, g *regret) error {
	defer a.store.Changed()
	kept := g.rec.session || !a.store.Stores()
	if kept {
		a.memory.Keep(g.rec.ID, unstored{g.rec.copy(), false})
	} else if err := a.put(ctx, g.rec); err != nil {
		return fmt.Errorf("account %s: %w", g.rec.ID, err)
	}
	if len(g.picture) > 0 && !kept {
		_ = a.store.Put(context.WithoutCancel(ctx), g.rec.ID+pictureSuffix, g.picture) // it can be had again
	}
	for _, e := range g.history {
		a.history.Add(g.rec.ID, e, kept)
	}
	if err := a.requests.Restore(context.WithoutCancel(ctx), g.rec.ID, g.requests); err != nil {
		a.log.Warn("the requests of an account could not be brought back", "account", g.rec.ID, "error", err)
	}
	return nil
}

// finishNow is [Agent.FinishSignOut].
func (o *signOuts) finishNow(ctx context.Context, id string) (*Receipt, error) {
	o.regrets.drop(id)
	release, err := o.accounts.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer release()
	s, err := o.receipts.get(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.heldBack() {
		if r := o.goOn(ctx, s); r != nil {
			return r, nil
		}
	}
	return s.copied(), nil
}
