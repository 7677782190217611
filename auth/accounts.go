package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/internal/order"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

func (a *accounts) list(ctx context.Context, decode decoder) ([]*Account, error) {
	recs, err := a.records(ctx, decode)
	now := a.now()
	list := make([]*Account, 0, len(recs))
	known := map[string]*providers.Provider{} // each is looked up once
	for _, r := range recs {
		p, ok := known[r.Provider]
		if !ok {
			p, _ = a.lookup(r.Provider)
			known[r.Provider] = p
		}
		list = append(list, a.viewAt(r, p, now))
	}
	slices.SortFunc(list, func(x, y *Account) int {
		return cmp.Or(
			comparePlaces(x.Place, y.Place),
			order.Compare(x.ProviderName, y.ProviderName),
			order.Compare(cmp.Or(x.Label, x.title()), cmp.Or(y.Label, y.title())),
			cmp.Compare(x.ID, y.ID),
		)
	})
	return list, err
}

// records reads every account there is.
func (a *accounts) records(ctx context.Context, decode decoder) ([]*record, error) {
	var recs []*record
	ids := map[string]bool{}
	a.memory.Each(func(id string, here unstored, owing bool) {
		if owing {
			ids[id] = true
		} else {
			recs = append(recs, here.rec.copy())
		}
	})
	names, listErr := a.store.List(ctx)
	if coded.Of(listErr) == ledger.CodeNotSetUp {
		listErr = nil // nothing was ever remembered
	}
	for _, n := range names {
		if IsAccountID(n) { // pictures and foreign records are none
			ids[n] = true
		}
	}
	stored, err := a.loadAll(ctx, ids, decode)
	return append(recs, stored...), errors.Join(listErr, err)
}

// loadAll loads records at the same time: opening one is work for a processor.
func (a *accounts) loadAll(ctx context.Context, ids map[string]bool, decode decoder) ([]*record, error) {
	var (
		mu     sync.Mutex
		recs   = make([]*record, 0, len(ids))
		failed []error
		group  errgroup.Group
		next   = make(chan string, len(ids))
	)
	for id := range ids {
		next <- id
	}
	close(next)
	get, done := a.store.Many()
	load := func(id string) {
		r, err := a.loadBy(ctx, id, get, decode)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			recs = append(recs, r)
		case errors.Is(err, ErrNoAccount): // signed out since it was listed
		default:
			failed = append(failed, err)
		}
	}
	// A goroutine a record would grow its stack anew for each.
	for range min(runtime.GOMAXPROCS(0), len(ids)) {
		group.Go(func() error {
			for id := range next {
				load(id)
			}
			return nil
		})
	}
	_ = group.Wait() // collected one by one
	done()
	slices.SortFunc(failed, func(x, y error) int { return cmp.Compare(x.Error(), y.Error()) })
	return recs, errors.Join(distinct(failed)...)
}

// distinct leaves out errors of records that the store gives the same reason for
// as for one before: what is wrong with its key is so for every record.
func distinct(failed []error) []error {
	told := map[string]bool{}
	return slices.DeleteFunc(failed, func(err error) bool {
		reason := cmp.Or(errors.Unwrap(err), err).Error()
		again := told[reason]
		told[reason] = true
		return again
	})
}

// view is the account of a record, with what this process knows beside it.
func (a *accounts) view(r *record, now time.Time) *Account {
	p, _ := a.lookup(r.Provider)
	return a.viewAt(r, p, now)
}

// viewAt is view for a provider that was looked up already; nil if there is
// none any more.
func (a *accounts) viewAt(r *record, p *providers.Provider, now time.Time) *Account {
	acc := r.account(now)
	acc.Forecast, acc.Ends = r.forecast(p, now), r.ends(p, now)
	if p != nil {
		if moved := r.movedFrom(p); moved != nil {
			acc.State, acc.Reason, acc.OfflineSince = StateNeedsSignIn, moved.Error(), time.Time{}
		}
	}
	if acc.State == StateNeedsSignIn {
		acc.Forecast, acc.Ends = nil, nil
	}
	if here, owing, _ := a.memory.Get(r.ID); owing {
		acc.Remembered = here.known
		if acc.Reason == "" {
			acc.Reason = "the latest tokens could not be saved yet and are kept in memory"
		}
	}
	return acc
}

func (a *accounts) find(ctx context.Context, name string) (*Account, error) {
	if IsAccountID(name) {
		switch r, err := a.load(ctx, name); {
		case err == nil:
			return a.view(r, a.now()), nil
		case !errors.Is(err, ErrNoAccount):
			return nil, err
		}
	}
	list, err := a.list(ctx, decodeRecord)
	fits := resolve(list, name)
	switch {
	case len(fits) == 1:
		return fits[0], nil
	case len(fits) > 1:
		return nil, &AmbiguousError{Name: name, Candidates: handles(fits)}
	case err != nil: // it may be among those that cannot be read
		return nil, err
	default:
		return nil, fmt.Errorf("%q: %w", name, ErrNoAccount)
	}
}

// resolve finds the accounts that a name fits: by the first rule that fits any, and by
// the person's labels. A label that is also another account's name is ambiguous: neither
// may give the token of an account that was not meant. An ID is no label.
func resolve(list []*Account, name string) []*Account {
	if name == "" {
		return list
	}
	for _, acc := range list {
		if acc.ID == name {
			return []*Account{acc}
		}
	}
	found := called(list, name)
	if IsAccountID(name) {
		return found // an account that is gone: a script that names it gets no other one's token
	}
	for _, acc := range list {
		if acc.Label != "" && plain.Look(acc.Label) == plain.Look(name) && !slices.Contains(found, acc) {
			found = append(found, acc)
		}
	}
	return found
}

// called are the accounts that a name fits by the first rule that fits any, labels aside.
func called(list []*Account, name string) []*Account {
	at := strings.LastIndex(name, "@")
	same := func(a, b string) bool { return plain.Fold(a) == plain.Fold(b) }
	rules := []func(*Account) bool{
		func(a *Account) bool { return a.Provider == name },
		func(a *Account) bool {
			return at > 0 && a.Provider == name[at+1:] && a.User.Login != "" && same(a.User.Login, name[:at])
		},
		func(a *Account) bool {
			return at > 0 && a.Provider == name[at+1:] && (same(vouched(a), name[:at]) || a.User.ID == name[:at])
		},
		func(a *Account) bool { return at > 0 && same(vouched(a), name) },
	}
	for _, fits := range rules {
		var found []*Account
		for _, acc := range list {
			if fits(acc) {
				found = append(found, acc)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// vouched is the address of e-mail that the provider checked, else "": one that
// it did not is whatever its user typed, and must not lead to their account.
func vouched(a *Account) string {
	if !a.User.EmailVerified {
		return ""
	}
	return a.User.Email
}

// handles names accounts so that each name fits one of them: login@provider
// if it is enough, else the id.
func handles(list []*Account) []string {
	count := map[string]int{}
	handle := func(a *Account) string {
		return cmp.Or(a.User.Login, vouched(a), a.User.ID) + "@" + a.Provider
	}
	for _, acc := range list {
		count[plain.Fold(handle(acc))]++
	}
	out := make([]string, 0, len(list))
	for _, acc := range list {
		h := handle(acc)
		if count[plain.Fold(h)] > 1 {
			h = acc.ID
		}
		out = append(out, h)
	}
	return out
}
