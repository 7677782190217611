package words

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

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
		return lang.L("lost"), ToneWarn
	case g.Stale:
		return lang.L("as last seen"), ToneMuted
	case t.gained[groupKey(g)]:
		return lang.L("gained"), ToneOK
	}
	return "", ToneMuted
}

// Cell is what a place says of a group, in a word.
func (t *GroupTable) Cell(g identity.Group, v GroupView, from string) (string, Tone) {
	if v == GroupsLost {
		return lang.L("no"), ToneMuted
	}
	switch t.account.Mention(g, from) {
	case auth.Named:
		return lang.L("yes"), ToneOK
	case auth.NotTold:
		return lang.L("unknown"), ToneWarn
	case auth.NotNamed:
	}
	return lang.L("no"), ToneMuted
}

// PlaceTitle heads the column of a place.
func PlaceTitle(from string) string {
	return map[string]string{identity.FromIDToken: lang.L("ID token"), identity.FromUserinfo: lang.L("Userinfo"), identity.FromAPI: lang.L("API")}[from]
}

// Sources are the places that a group was read from: "ID token, API (Teams)".
func Sources(g identity.Group) string {
	var out []string
	for _, o := range g.Sources {
		title := cmp.Or(PlaceTitle(o.From), o.Name)
		if o.From == identity.FromAPI {
			title += " (" + o.Name + ")"
		}
		out = append(out, title)
	}
	return strings.Join(out, ", ")
}

// Kind is what a group is. Provider files have other words for it too.
func Kind(g identity.Group) string {
	switch g.Kind {
	case "", "group":
		return lang.L("group")
	case "role":
		return lang.L("role")
	case "team":
		return lang.L("team")
	case "organization":
		return lang.L("organization")
	}
	return g.Kind
}

// GroupSummary counts groups by what they are: "64 groups, 2 roles". Of more than two kinds
// there are entries, and of those that a filter leaves out it says so: "3 of 66 shown".
func GroupSummary(all []identity.Group, shown int) string {
	if len(all) != shown {
		return lang.L("{{.Shown}} of {{.Count}} shown", map[string]any{"Count": len(all), "Shown": shown})
	}
	counts := map[string]int{}
	for i := range all {
		switch kind := all[i].Kind; {
		case kind == "team" || kind == "organization":
			counts[kind]++
		case kind == "" || kind == "group":
			counts["group"]++
		case strings.HasSuffix(kind, "role"): // "client role" too
			counts["role"]++
		default:
			counts["other"]++
		}
	}
	var out []string
	for _, kind := range []string{"group", "team", "organization", "role"} {
		if n := counts[kind]; n > 0 {
			out = append(out, countOf(kind, n))
		}
	}
	switch {
	case len(all) == 0:
		return countOf("group", 0)
	case len(out) > 2 || counts["other"] > 0:
		return countOf("", len(all))
	}
	return strings.Join(out, ", ")
}

// countOf counts groups of a kind.
func countOf(kind string, n int) string {
	count := map[string]any{"Count": n}
	switch kind {
	case "group":
		return lang.N("{{.Count}} groups", n, count)
	case "team":
		return lang.N("{{.Count}} teams", n, count)
	case "organization":
		return lang.N("{{.Count}} organizations", n, count)
	case "role":
		return lang.N("{{.Count}} roles", n, count)
	}
	return lang.N("{{.Count}} entries", n, count)
}

// ViewTitle names a view with its count.
func (t *GroupTable) ViewTitle(v GroupView) string {
	count := map[string]any{"Count": t.Counts[v]}
	switch v {
	case GroupsGained:
		return lang.L("Gained {{.Count}}", count)
	case GroupsLost:
		return lang.L("Lost {{.Count}}", count)
	case GroupsUneven:
		return lang.L("Sources differ {{.Count}}", count)
	case GroupsAll:
	}
	return lang.L("All {{.Count}}", count)
}

// ChangeText says what changed and when: "2 gained, 1 lost between 8 March and
// 10 March 2026"; "" if nothing ever did.
func ChangeText(c *auth.GroupsChange, now time.Time) string {
	if c == nil {
		return ""
	}
	facts := map[string]any{"Change": groupsChanged(c), "Noticed": Relative(now, c.At)}
	if c.Since.IsZero() {
		return lang.L("{{.Change}}, noticed {{.Noticed}}", facts)
	}
	facts["Since"] = day(c.Since, now)
	return lang.L("{{.Change}} since {{.Since}}, noticed {{.Noticed}}", facts)
}

// groupsChanged counts what changed.
func groupsChanged(c *auth.GroupsChange) string {
	counts := map[string]any{"Gained": c.GainedCount, "Lost": c.LostCount}
	switch {
	case c.LostCount == 0:
		return lang.L("{{.Gained}} gained", counts)
	case c.GainedCount == 0:
		return lang.L("{{.Lost}} lost", counts)
	}
	return lang.L("{{.Gained}} gained, {{.Lost}} lost", counts)
}

// day is a moment as a date; of today the clock.
func day(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	return fullDate(t)
}
