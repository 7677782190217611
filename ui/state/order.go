package state

import (
	"context"
	"errors"
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Order is the order of the accounts, which the person makes.
type Order struct {
	*base
	// reload lists the accounts again.
	reload func(then func(*State))
	// placing are places of accounts that are being written, by moves.
	placing map[string]int64
	moves   line
}

// Move moves an account up (-1) or down (+1) in the list: the one that the keyboard
// is on, or the one that is shown. At the edge of its group, the whole group moves.
func (x *Order) Move(by int) {
	id := x.st.Selected
	if x.sv.Pointed != nil {
		if at := x.sv.Pointed(); at != "" {
			id = at
		}
	}
	if x.st.AccountByID(id) == nil {
		return
	}
	if x.st.Search != "" {
		x.Explain(lang.L("Clear the search first: only a part of your accounts is in the list."))
		return
	}
	who, before, ok := x.st.moved(id, by)
	if !ok {
		return
	}
	next := placesFor(x.st.Accounts, who, before)
	x.update(func(st *State) {
		for id, place := range next {
			x.placing[id] = place
		}
		st.Accounts = x.placed(st.Accounts)
	})
	x.queue(&x.moves, func(ctx context.Context, _ func() bool) { x.write(ctx, next) })
}

// write keeps the places of some accounts.
func (x *Order) write(ctx context.Context, next map[string]int64) {
	var failed error
	for id, place := range next {
		_, err := x.sv.Describer.Describe(ctx, id, func(d *auth.Description) { d.Place = place })
		if err != nil && !errors.Is(err, auth.ErrNoAccount) && !errors.Is(err, auth.ErrNotStored) {
			failed = err
		}
	}
	x.post(func() {
		for id, place := range next {
			if x.placing[id] == place {
				delete(x.placing, id)
			}
		}
		switch {
		case isLocked(failed):
			x.update(x.lockedNow)
		case failed != nil:
			x.reload(func(st *State) { x.setNotice(st, NoticeWarn, words.OneLine(x.explain(failed, nil, ""))) })
		default:
			x.reload(nil)
		}
	})
}

// placed is a list of accounts with the places that are being written.
func (x *Order) placed(list []*auth.Account) []*auth.Account {
	if len(x.placing) == 0 {
		return list
	}
	list = slices.Clone(list)
	for i, a := range list {
		if place, ok := x.placing[a.ID]; ok {
			c := *a
			c.Place = place
			list[i] = &c
		}
	}
	slices.SortStableFunc(list, comparePlaces)
	return list
}

// forget drops the places that are being written: they are in the vault soon, or lost.
func (x *Order) forget(*State) { clear(x.placing) }
