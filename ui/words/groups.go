package words

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers/identity"
)

// GroupView chooses which groups are listed.
type GroupView string

// The views of the groups.
const (
	GroupsAll    GroupView = ""
	GroupsGained GroupView = "gained"
	GroupsLost   GroupView = "lost"
	// GroupsUneven are those that one place names and another does not.
	GroupsUneven GroupView = "uneven"
)

// GroupViews are the views in order.
func GroupViews() []GroupView {
	return []GroupView{GroupsAll, GroupsGained, GroupsLost, GroupsUneven}
}

// GroupTable compares what is said of the chosen account's groups, and by whom.
type GroupTable struct {
	// Places are those that say something of groups: [identity.FromAPI]…
	Places []string
	// Counts is how many groups each view has.
	Counts map[GroupView]int

	account *auth.Account
	gained  map[string]bool
}

// NewGroupTable compares an account's groups.
func NewGroupTable(a *auth.Account) GroupTable {
	t := GroupTable{account: a, Places: a.GroupPlaces(), gained: map[string]bool{}}
	if c := a.GroupsChanged; c != nil {
		for _, g := range c.Gained {
			t.gained[groupKey(g)] = true
		}
	}
	t.Counts = map[GroupView]int{}
	for _, v := range GroupViews() {
		t.Counts[v] = len(t.List(v))
	}
	return t
}

func groupKey(g identity.Group) string { return g.Kind + "\x00" + g.ID }

// list are the groups of a view.
func (t *GroupTable) List(v GroupView) []identity.Group {
	a := t.account
	if a == nil {
		return nil
	}
	fits := func(g identity.Group) bool { return t.gained[groupKey(g)] }
	switch v {
	case GroupsLost:
		if a.GroupsChanged == nil {
			return nil
		}
		return a.GroupsChanged.Lost
	case GroupsUneven:
		fits = t.uneven
	case GroupsGained:
	case GroupsAll:
		return a.Groups
	}
	var out []identity.Group
	for _, g := range a.Groups {
		if fits(g) {
			out = append(out, g)
		}
	}
	return out
}

func (t *GroupTable) uneven(g identity.Group) bool {
	return !g.Stale && slices.ContainsFunc(t.Places, func(from string) bool { return t.account.Mention(g, from) == auth.NotNamed })
}

// Note says in a word or two what is special about a group; "" is nothing.
func (t *GroupTable) Note(g identity.Group, v GroupView) (string, Tone) {
	switch {
	case v == GroupsLost:
		return "lost", ToneWarn
	case g.Stale:
		return "as last seen", ToneMuted
	case t.gained[groupKey(g)]:
		return "gained", ToneOK
	}
	return "", ToneMuted
}

// Cell is what a place says of a group, in a word.
func (t *GroupTable) Cell(g identity.Group, v GroupView, from string) (string, Tone) {
	if v == GroupsLost {
		return "no", ToneMuted
	}
	switch t.account.Mention(g, from) {
	case auth.Named:
		return "yes", ToneOK
	case auth.NotTold:
		return "unknown", ToneWarn
	case auth.NotNamed:
	}
	return "no", ToneMuted
}

// PlaceTitle heads the column of a place.
func PlaceTitle(from string) string {
	return map[string]string{identity.FromIDToken: "ID token", identity.FromUserinfo: "Userinfo", identity.FromAPI: "API"}[from]
}

// ViewTitle names a view with its count.
func (t *GroupTable) ViewTitle(v GroupView) string {
	title := map[GroupView]string{
		GroupsAll: "All", GroupsGained: "Gained", GroupsLost: "Lost", GroupsUneven: "Sources differ",
	}[v]
	return title + " " + strconv.Itoa(t.Counts[v])
}

// ChangeText says what changed and when: "2 gained, 1 lost between 8 March and
// 10 March 2026"; "" if nothing ever did.
func ChangeText(c *auth.GroupsChange, now time.Time) string {
	if c == nil {
		return ""
	}
	var parts []string
	if c.GainedCount > 0 {
		parts = append(parts, strconv.Itoa(c.GainedCount)+" gained")
	}
	if c.LostCount > 0 {
		parts = append(parts, strconv.Itoa(c.LostCount)+" lost")
	}
	text := strings.Join(parts, ", ")
	if !c.Since.IsZero() {
		text += " since " + day(c.Since, now)
	}
	return text + ", noticed " + Relative(now, c.At)
}

// day is a moment as a date; of today the clock.
func day(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	return t.Format("2 January 2006")
}
