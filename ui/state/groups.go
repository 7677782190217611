package state

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/words"
)

// Groups is the Groups tab.
type Groups struct {
	*base
	derived derivedFrom
}

// derivedFrom remembers what the filtered groups were made of.
type derivedFrom struct {
	account *auth.Account
	filter  string
	view    words.GroupView
}

// SetView chooses which groups are listed.
func (x *Groups) SetView(v words.GroupView) {
	x.update(func(st *State) { st.GroupView = v })
}

// SetFilter narrows the groups.
func (x *Groups) SetFilter(text string) {
	x.update(func(st *State) { st.GroupFilter = text })
}

// derive brings the groups that fit view and filter up to date.
func (x *Groups) derive() {
	from := derivedFrom{x.st.Account(), x.st.GroupFilter, x.st.GroupView}
	if from == x.derived {
		return
	}
	if from.account == nil {
		x.st.GroupTable = words.GroupTable{}
	} else if from.account != x.derived.account {
		x.st.GroupTable = words.NewGroupTable(from.account)
	}
	x.derived = from
	x.st.Groups = FilterGroups(x.st.GroupTable.List(from.view), from.filter)
}

// FilterGroups returns the groups that have all words of the query in name,
// id, kind or source. It changes nothing.
func FilterGroups(groups []identity.Group, query string) []identity.Group {
	words := strings.Fields(plain.Fold(query))
	if len(words) == 0 {
		return groups
	}
	fits := func(g identity.Group) bool {
		text := plain.Fold(g.Name + "\n" + g.ID + "\n" + g.Kind + "\n" + g.Origins())
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}
	var out []identity.Group
	for _, g := range groups {
		if fits(g) {
			out = append(out, g)
		}
	}
	return out
}
