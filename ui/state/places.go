package state

import (
	"cmp"
	"math"
	"slices"

	"github.com/claviger/claviger/auth"
)

// Places are numbers that the person never sees: an account that is moved gets one between
// those of its neighbours, so that mostly one account is written.

// placeGap is between the places of accounts that were placed one after the other.
const placeGap = 1 << 20

// comparePlaces orders accounts by place, those without one last.
func comparePlaces(x, y *auth.Account) int {
	last := func(place int64) int64 {
		if place == 0 {
			return math.MaxInt64
		}
		return place
	}
	return cmp.Compare(last(x.Place), last(y.Place))
}

// ListedAccounts are the accounts as the list has them: grouped by provider, if the person
// wants that, the groups in the order of their first accounts.
func (s State) ListedAccounts() []*auth.Account {
	if !s.Settings.GroupAccounts {
		return s.Accounts
	}
	first := map[string]int{}
	for i, a := range s.Accounts {
		if _, known := first[a.Provider]; !known {
			first[a.Provider] = i
		}
	}
	list := slices.Clone(s.Accounts)
	slices.SortStableFunc(list, func(x, y *auth.Account) int { return cmp.Compare(first[x.Provider], first[y.Provider]) })
	return list
}

// moved says which account goes before which other one ("" is the end) so that one moves up
// or down in the list; false if it is at the edge.
func (s State) moved(id string, by int) (who, before string, ok bool) {
	listed := s.ListedAccounts()
	at := slices.IndexFunc(listed, func(a *auth.Account) bool { return a.ID == id })
	next := at + by
	if at < 0 || next < 0 || next >= len(listed) {
		return "", "", false
	}
	same := !s.Settings.GroupAccounts || listed[at].Provider == listed[next].Provider
	switch {
	case by < 0 && same:
		return id, listed[next].ID, true
	case by < 0: // the group goes before the one above it
		return id, s.firstOf(listed[next].Provider), true
	case same:
		return listed[next].ID, id, true
	}
	// The group below goes before this one.
	return s.firstOf(listed[next].Provider), s.firstOf(listed[at].Provider), true
}

// CanMove reports whether an account can move up (-1) or down (+1) in the list.
func (s State) CanMove(id string, by int) bool {
	_, _, ok := s.moved(id, by)
	return ok && s.Search == ""
}

// firstOf is a provider's first account.
func (s State) firstOf(provider string) string {
	for _, a := range s.Accounts {
		if a.Provider == provider {
			return a.ID
		}
	}
	return ""
}

// placesFor are the places that accounts need so that one of them stands directly before
// another, or at the end with "".
func placesFor(list []*auth.Account, id, before string) map[string]int64 {
	var order []*auth.Account
	var who *auth.Account
	for _, a := range list {
		if a.ID == id {
			who = a
		} else {
			order = append(order, a)
		}
	}
	at := slices.IndexFunc(order, func(a *auth.Account) bool { return a.ID == before })
	if at < 0 {
		at = len(order)
	}
	var low, high int64
	if at > 0 {
		low = order[at-1].Place
	}
	if at < len(order) {
		high = order[at].Place
	}
	order = slices.Insert(order, at, who)
	switch {
	case at > 0 && low == 0: // those before it have no place
	case high == 0 && low < math.MaxInt64-placeGap:
		return map[string]int64{id: low + placeGap}
	case high-low > 1:
		return map[string]int64{id: low + (high-low)/2}
	}
	// All up to it and to the last one with a place are numbered anew.
	last := at
	for i, a := range order {
		if a.Place != 0 {
			last = max(last, i)
		}
	}
	next := map[string]int64{}
	for i, a := range order[:last+1] {
		if place := int64(i+1) * placeGap; a.Place != place {
			next[a.ID] = place
		}
	}
	return next
}
