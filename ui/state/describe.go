package state

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// DescribePanel is where a person gives an account a name and a colour of their own.
type DescribePanel struct {
	// Form is another number each time the panel opens.
	Form    uint64
	Account string
	Label   string
	Color   string
	Busy    bool
	Error   string
}

// AskDescribe opens the panel for the chosen account.
func (s *Store) AskDescribe() {
	a := s.st.Account()
	if a == nil {
		return
	}
	s.update(func(st *State) {
		s.goTo(st, RouteAccount)
		st.SignOut = nil
		st.Describe = &DescribePanel{Form: s.nextForm(), Account: a.ID, Label: a.Label, Color: a.Color}
	})
}

// TypeLabel takes what was typed as the account's name.
func (s *Store) TypeLabel(text string) {
	s.onPanel(func(p *DescribePanel) { p.Label, p.Error = text, "" })
}

// ChooseColor takes a colour; "" is none.
func (s *Store) ChooseColor(name string) {
	s.onPanel(func(p *DescribePanel) { p.Color = name })
}

func (s *Store) onPanel(change func(*DescribePanel)) {
	if s.st.Describe == nil || s.st.Describe.Busy {
		return
	}
	p := *s.st.Describe
	change(&p)
	s.update(func(st *State) { st.Describe = &p })
}

// SaveDescription keeps what is in the panel, and closes it.
func (s *Store) SaveDescription() {
	if s.st.Describe == nil || s.st.Describe.Busy {
		return
	}
	p := *s.st.Describe
	if utf8.RuneCountInString(p.Label) > auth.MaxLabel {
		s.onPanel(func(p *DescribePanel) { p.Error = words.OneLine(s.explain(auth.ErrLabel, nil, "")) })
		return
	}
	s.onPanel(func(p *DescribePanel) { p.Busy, p.Error = true, "" })
	s.run(slotDescribe, func(j *job) {
		_, err := s.sv.Describer.Describe(j, p.Account, func(d *auth.Description) { d.Label, d.Color = p.Label, p.Color })
		j.do(func() { s.described(p, err) })
	})
}

// described closes the panel, or says why nothing was kept.
func (s *Store) described(p DescribePanel, err error) {
	switch {
	case isLocked(err):
		s.update(func(st *State) { s.lockedNow(st) })
	case err != nil && !errors.Is(err, auth.ErrNotStored):
		p.Error = words.OneLine(s.explain(err, nil, ""))
		s.update(func(st *State) { st.Describe = &p })
	default:
		s.reload(func(st *State) {
			if st.Describe != nil && st.Describe.Form == p.Form {
				st.Describe = nil
			}
		})
	}
}

// MoveAccount moves an account up (-1) or down (+1) in the list: the one that the keyboard
// is on, or the one that is shown. At the edge of its group, the whole group moves.
func (s *Store) MoveAccount(by int) {
	id := s.st.Selected
	if s.sv.Pointed != nil {
		if at := s.sv.Pointed(); at != "" {
			id = at
		}
	}
	if s.st.AccountByID(id) == nil {
		return
	}
	if s.st.Search != "" {
		s.Explain(lang.L("Clear the search first: only a part of your accounts is in the list."))
		return
	}
	who, before, ok := s.st.moved(id, by)
	if !ok {
		return
	}
	next := placesFor(s.st.Accounts, who, before)
	s.update(func(st *State) {
		for id, place := range next {
			s.placing[id] = place
		}
		st.Accounts = s.placed(st.Accounts)
	})
	prev, done := s.writing, make(chan struct{})
	s.writing = done
	s.spawn(func(ctx context.Context) {
		defer close(done)
		if prev != nil {
			<-prev // in the order in which the person moved them
		}
		s.writePlaces(ctx, next)
	})
}

// writePlaces keeps the places of some accounts.
func (s *Store) writePlaces(ctx context.Context, next map[string]int64) {
	var failed error
	for id, place := range next {
		_, err := s.sv.Describer.Describe(ctx, id, func(d *auth.Description) { d.Place = place })
		if err != nil && !errors.Is(err, auth.ErrNoAccount) && !errors.Is(err, auth.ErrNotStored) {
			failed = err
		}
	}
	s.post(func() {
		for id, place := range next {
			if s.placing[id] == place {
				delete(s.placing, id)
			}
		}
		switch {
		case isLocked(failed):
			s.update(func(st *State) { s.lockedNow(st) })
		case failed != nil:
			s.reload(func(st *State) { s.setNotice(st, NoticeWarn, words.OneLine(s.explain(failed, nil, ""))) })
		default:
			s.reload(nil)
		}
	})
}

// placed is a list of accounts with the places that are being written.
func (s *Store) placed(list []*auth.Account) []*auth.Account {
	if len(s.placing) == 0 {
		return list
	}
	list = slices.Clone(list)
	for i, a := range list {
		if place, ok := s.placing[a.ID]; ok {
			c := *a
			c.Place = place
			list[i] = &c
		}
	}
	slices.SortStableFunc(list, comparePlaces)
	return list
}
