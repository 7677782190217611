package state

import (
	"slices"

	"github.com/claviger/claviger/auth/register"
)

// The page of a new provider may be left half filled: the draft keeps what was typed, and
// what was found out beside it is parked here.

// park keeps what the page of a new provider found out beside its draft.
func (x *Add) park() {
	a := x.st.Add
	form := a.form()
	if x.st.Route != RouteAdd || !a.Chosen() {
		return
	}
	if len(x.st.Drafts[form]) == 0 { // no one comes back to what was emptied
		delete(x.parked, form)
		return
	}
	a.Busy, a.Registering, a.Error, a.RegisterError = false, false, "", ""
	x.parked[form] = a
	x.last = form
}

// resume is the page of a new provider whose form was left half filled.
func (x *Add) resume(f Form) (AddPage, bool) {
	a, there := x.parked[f]
	if !there || len(x.st.Drafts[f]) == 0 {
		return AddPage{}, false
	}
	a.Form = x.nextForm()
	return a, true
}

func (x *Add) discard(st *State) {
	x.takeBack(st.Add.Registered)
	delete(x.parked, st.Add.form())
	st.Add.Form, st.Add.Registered, st.Add.Error, st.Add.RegisterError = x.nextForm(), nil, "", ""
	if !st.Add.Chosen() {
		st.Add.Issuer, st.Add.CAFile, st.Add.Untrusted = "", "", false
	}
}

// registrations are those that no provider was made of.
func (x *Add) registrations() []*register.Registration {
	all := []*register.Registration{x.st.Add.Registered}
	for _, page := range x.parked {
		if !slices.Contains(all, page.Registered) {
			all = append(all, page.Registered)
		}
	}
	return all
}
