package state

import (
	"errors"
	"unicode/utf8"

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
