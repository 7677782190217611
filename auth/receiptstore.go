package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/internal/coded"
)

// What is kept of the receipts that wait for nothing.
const (
	maxReceipts = 20
	receiptAge  = 90 * 24 * time.Hour
)

// receipts keeps sign-outs: the receipts, and what those need that wait.
type receipts struct {
	store    *ledger.Ledger
	memory   *ledger.Memory[*signOut] // those that are in no store
	accounts *accounts
	now      func() time.Time
	log      *slog.Logger
}

func newReceipts(accounts *accounts, t *tasks.Tasks) *receipts {
	r := &receipts{store: accounts.store, accounts: accounts, now: accounts.now, log: accounts.log}
	// The next try of a sign-out tries the store again.
	r.memory = ledger.NewMemory(t, ledger.Pace{}, r.write,
		func(now, written *signOut) (*signOut, bool) { return now, now != written })
	return r
}

// keep stores a sign-out, whatever becomes of the caller. If the store fails it
// stays in memory.
func (r *receipts) keep(ctx context.Context, s *signOut) {
	defer r.store.Changed()
	id := s.receipt.Account
	if s.session || !r.store.Stores() {
		s.receipt.Stored = false
		r.memory.Keep(id, s.copy())
		return
	}
	s.receipt.Stored = true
	if err := r.write(context.WithoutCancel(ctx), id, s); err != nil {
		s.receipt.Stored = false
		r.memory.Owe(id, s.copy())
		return
	}
	r.memory.Drop(id)
}

// write stores a sign-out.
func (r *receipts) write(ctx context.Context, id string, s *signOut) error {
	c := s.copy()
	c.receipt.Stored = true
	data, err := c.encode()
	if err == nil {
		err = r.store.Put(ctx, id+signOutSuffix, data)
	}
	if err != nil {
		r.log.Warn("sign-out could not be stored", "account", id, "error", err)
	}
	return err
}

// drop forgets a sign-out.
func (r *receipts) drop(ctx context.Context, id string) error {
	defer r.store.Changed()
	r.memory.Drop(id)
	return r.store.Delete(context.WithoutCancel(ctx), id+signOutSuffix)
}

// get reads one; the error wraps [ErrNoAccount] if there is none.
func (r *receipts) get(ctx context.Context, id string) (*signOut, error) {
	if here, _, ok := r.memory.Get(id); ok {
		return here.copy(), nil // newer than what the store may have
	}
	none := fmt.Errorf("sign-out of %q: %w", id, ErrNoAccount)
	if !IsAccountID(id) {
		return nil, none
	}
	data, err := r.store.Get(ctx, id+signOutSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, none
	}
	if err != nil {
		return nil, fmt.Errorf("sign-out of %s: %w", id, err)
	}
	return decodeSignOut(id, data)
}

// ids lists the accounts that were signed out.
func (r *receipts) ids(ctx context.Context) ([]string, error) {
	var ids []string
	r.memory.Each(func(id string, _ *signOut, _ bool) { ids = append(ids, id) })
	names, err := r.store.List(ctx)
	if coded.Of(err) == ledger.CodeNotSetUp {
		err = nil // nothing was ever remembered
	}
	for _, name := range names {
		if id, ok := strings.CutSuffix(name, signOutSuffix); ok && IsAccountID(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// all reads all. Those that cannot be read are named in the error.
func (r *receipts) all(ctx context.Context) ([]*signOut, error) {
	ids, err := r.ids(ctx)
	failed := []error{err}
	var list []*signOut
	for _, id := range ids {
		s, err := r.get(ctx, id)
		switch {
		case errors.Is(err, ErrNoAccount): // cleared since it was listed
		case coded.Of(err) == ledger.CodeLocked:
			return nil, err // so are the others
		case err != nil:
			failed = append(failed, err)
		default:
			list = append(list, s)
		}
	}
	return list, errors.Join(failed...)
}

// list is [Agent.Receipts].
func (r *receipts) list(ctx context.Context) ([]*Receipt, error) {
	list, err := r.all(ctx)
	kept, over := r.bound(list)
	r.dropAll(ctx, over)
	out := make([]*Receipt, 0, len(kept))
	for _, s := range kept {
		out = append(out, s.copied())
	}
	return out, err
}

// clear is [Agent.ClearReceipts]; it returns what went, nil for what could not be read.
func (r *receipts) clear(ctx context.Context, pending bool) ([]*signOut, error) {
	ids, err := r.ids(ctx)
	if err != nil {
		return nil, err
	}
	var all []*signOut
	var failed []error
	for _, id := range ids {
		s, gone, err := r.clearOne(ctx, id, pending)
		if gone {
			all = append(all, s)
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	return all, errors.Join(failed...)
}

// clearOne removes one, held so that a try under way ends first and does
// not write it again.
func (r *receipts) clearOne(ctx context.Context, id string, pending bool) (s *signOut, gone bool, err error) {
	release, err := r.accounts.hold(ctx, id)
	if err != nil {
		return nil, false, err
	}
	defer release()
	s, err = r.get(ctx, id)
	switch {
	case errors.Is(err, ErrNoAccount):
		return nil, false, nil
	case coded.Of(err) == ledger.CodeDamaged:
		s = nil
	case err != nil:
		return nil, false, err
	case s.receipt.Pending() && !pending:
		return nil, false, nil
	}
	if err := r.drop(ctx, id); err != nil {
		return nil, false, err
	}
	return s, true, nil
}

// restore keeps again what was cleared.
func (r *receipts) restore(ctx context.Context, all []*signOut) error {
	var failed []error
	for _, s := range all {
		if err := r.restoreOne(ctx, s); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (r *receipts) restoreOne(ctx context.Context, s *signOut) error {
	release, err := r.accounts.hold(ctx, s.receipt.Account)
	if err != nil {
		return err
	}
	defer release()
	_, err = r.get(ctx, s.receipt.Account)
	if errors.Is(err, ErrNoAccount) {
		r.keep(ctx, s)
		return nil
	}
	return err // nil: a newer one is there
}

// bound sorts what was listed, the newest first, and separates what is to be kept from
// what is too old or too much.
func (r *receipts) bound(list []*signOut) (kept, over []*signOut) {
	slices.SortFunc(list, func(x, y *signOut) int {
		return cmp.Or(y.receipt.At.Compare(x.receipt.At), cmp.Compare(x.receipt.Account, y.receipt.Account))
	})
	settled := 0
	for _, s := range list {
		if !s.receipt.Pending() {
			settled++
			if settled > maxReceipts || r.now().Sub(s.receipt.At) > receiptAge {
				over = append(over, s)
				continue
			}
		}
		kept = append(kept, s)
	}
	return kept, over
}

// dropOld keeps the stored receipts bounded. What cannot be done now is done the
// next time.
func (r *receipts) dropOld(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	list, _ := r.all(ctx) // those that can be read
	_, over := r.bound(list)
	r.dropAll(ctx, over)
}

func (r *receipts) dropAll(ctx context.Context, over []*signOut) {
	for _, s := range over {
		if err := r.drop(ctx, s.receipt.Account); err != nil {
			r.log.Info("an old receipt could not be removed", "account", s.receipt.Account, "error", err)
		}
	}
}
