package state

import (
	"errors"
	"unicode/utf8"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Describe is the panel in which a person describes an account.
type Describe struct {
	*base
	// reload lists the accounts again.
	reload func(then func(*State))
}

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

// Ask opens the panel for the chosen account.
func (x *Describe) Ask() {
	a := x.st.Account()
	if a == nil {
		return
	}
	x.update(func(st *State) {
		x.goTo(st, RouteAccount)
		st.SignOut = nil
		st.Describe = &DescribePanel{Form: x.nextForm(), Account: a.ID, Label: a.Label, Color: a.Color}
	})
}

// TypeLabel takes what was typed as the account's name.
func (x *Describe) TypeLabel(text string) {
	x.change(func(p *DescribePanel) { p.Label, p.Error = text, "" })
}

// ChooseColor takes a colour; "" is none.
func (x *Describe) ChooseColor(name string) {
	x.change(func(p *DescribePanel) { p.Color = name })
}

func (x *Describe) change(change func(*DescribePanel)) {
	if x.st.Describe == nil || x.st.Describe.Busy {
		return
	}
	p := *x.st.Describe
	change(&p)
	x.update(func(st *State) { st.Describe = &p })
}

// Save keeps what is in the panel, and closes it.
func (x *Describe) Save() {
	if x.st.Describe == nil || x.st.Describe.Busy {
		return
	}
	p := *x.st.Describe
	if utf8.RuneCountInString(p.Label) > auth.MaxLabel {
		x.change(func(p *DescribePanel) { p.Error = words.OneLine(x.explain(auth.ErrLabel, nil, "")) })
		return
	}
	x.change(func(p *DescribePanel) { p.Busy, p.Error = true, "" })
	x.run(slotDescribe, func(j *job) {
		_, err := x.sv.Describer.Describe(j, p.Account, func(d *auth.Description) { d.Label, d.Color = p.Label, p.Color })
		j.do(func() { x.described(p, err) })
	})
}

// described closes the panel, or says why nothing was kept: there, or in a message once it is
// closed or is of another account.
func (x *Describe) described(p DescribePanel, err error) {
	switch {
	case isLocked(err):
		x.update(x.lockedNow)
	case err != nil && !errors.Is(err, auth.ErrNotStored) && (x.st.Describe == nil || x.st.Describe.Form != p.Form):
		x.notify(NoticeWarn, x.st.about(p.Account, words.OneLine(x.explain(err, nil, ""))))
	case err != nil && !errors.Is(err, auth.ErrNotStored):
		p.Error = words.OneLine(x.explain(err, nil, ""))
		x.update(func(st *State) { st.Describe = &p })
	default:
		x.reload(func(st *State) {
			if st.Describe != nil && st.Describe.Form == p.Form {
				st.Describe = nil
			}
		})
	}
}

// forget closes the panel.
func (x *Describe) forget(st *State) {
	x.drop(slotDescribe)
	st.Describe = nil
}
