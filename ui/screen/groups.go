package screen

import (
	"strings"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// groups compares the groups: what each place says of them, which were gained
// and which lost. It draws only the rows that are visible: there can be
// thousands.
type groups struct {
	kit     *kit
	all     *fyne.Container
	filter  *widget.SearchEntry
	count   *widget.Text
	age     *age
	views   map[words.GroupView]*widget.ToggleChip
	chips   *fyne.Container
	changed *widget.Text
	head    *groupRow
	headRow *fyne.Container
	list    *widget.List
	empty   *fyne.Container
	missing *widget.Notice
	brief   *fyne.Container // what is missing in one line, if there is little room
	briefly *widget.Text
	links   []*widget.Button // of missing, one for each of pages
	pages   []string
	st      state.State
	columns bool // there is room for them, and more than one place
	whole   bool // the person wants to read all that is missing
	lacks   bool // something
	origins bool // differ, and are shown in each row
	account string
	view    words.GroupView
}

func newGroups(k *kit) tab {
	g := &groups{kit: k, views: map[words.GroupView]*widget.ToggleChip{}}
	g.filter = widget.NewSearchEntry(lang.L("Filter groups"), "", k.store.Groups.SetFilter)
	g.filter.OnShortcut, g.filter.OnScroll = k.keys.Shortcut, k.keys.Scrolled
	g.filter.OnLeave = func() { k.focus(g.list) }
	g.count = widget.NewLabelMuted("")
	g.age = newAge()
	g.missing = widget.NewNotice(widget.ToneWarn, "", "")
	g.changed = widget.NewText("", widget.TextStyle{Color: theme.ColorMuted, Fit: widget.FitEllipsis})
	g.briefly = widget.NewText("", widget.TextStyle{Color: theme.ColorWarn, Fit: widget.FitEllipsis})
	g.brief = widget.NewRow(theme.GapSmall, 1, widget.NewSign(widget.SignWarn), g.briefly,
		k.small(lang.L("Details"), widget.ButtonQuiet, func() {
			g.whole = true
			g.all.Refresh()
		}))
	g.chips = widget.NewFlow(6, 6)
	for _, v := range words.GroupViews() {
		chip := k.chip("", v == words.GroupsAll, func(bool) { k.store.Groups.SetView(v) })
		g.views[v] = chip
		g.chips.Add(chip)
	}
	widget.LinkArrows(g.chips, k.focus, nil)
	g.head, g.headRow = newGroupRow()
	g.list = widget.NewList(func() int { return len(g.st.Groups) }, func() fyne.CanvasObject {
		_, row := newGroupRow()
		return row
	}, g.set)
	g.list.HideSeparators = false
	g.list.OnSelected = func(i fynewidget.ListItemID) {
		g.list.UnselectAll()
		g.copyID(i)
	}
	g.list.OnMenu = g.menu
	g.empty = &fyne.Container{Layout: layout.NewStackLayout()}
	top := widget.NewColumn(theme.GapSmall, widget.NewRow(theme.Gap, 0, g.filter, g.count), g.age.object, g.missing, g.brief, g.chips, g.changed)
	card := widget.NewCard(&fyne.Container{Layout: tableLayout{}, Objects: []fyne.CanvasObject{g.headRow, g.list}})
	g.all = &fyne.Container{Layout: groupsLayout{g}, Objects: []fyne.CanvasObject{top, card, g.empty}}
	return g
}

func (g *groups) object() fyne.CanvasObject { return g.all }

// Scrolled turns the list, wherever on the tab the pointer is.
func (g *groups) Scrolled(ev *fyne.ScrollEvent) { g.list.Scrolled(ev) }

// set sets a row of the list.
func (g *groups) set(i fynewidget.ListItemID, o fyne.CanvasObject) {
	row, ok := groupRowOf(o)
	if !ok || i >= len(g.st.Groups) {
		return
	}
	row.set(g.st.Groups[i], &g.st, g.columns, g.origins)
	o.Refresh()
}

func (g *groups) render(st state.State, a *auth.Account) {
	if g.account != a.ID || g.view != st.GroupView || g.st.GroupFilter != st.GroupFilter {
		g.whole = g.whole && g.account == a.ID
		g.account, g.view = a.ID, st.GroupView
		g.list.MinSize() // a list that was never drawn cannot scroll
		g.list.ScrollToTop()
	}
	g.st = st
	g.origins = identity.CommonOrigins(a.Groups) == ""
	if g.filter.Text != st.GroupFilter {
		g.filter.SetText(st.GroupFilter)
	}
	all := a.Groups
	if st.GroupView == words.GroupsLost {
		all = st.GroupTable.List(words.GroupsLost)
	}
	g.count.SetText(words.GroupSummary(all, len(st.Groups)))
	age := words.GroupsAge(a, st.Now)
	if !g.origins {
		age.Text = strings.TrimPrefix(age.Text+"  ·  "+sourceText(a.Groups[0]), "  ·  ")
	}
	g.age.render(age)
	g.renderMissing(a)
	g.renderViews(st, a)
	has := len(a.Groups) > 0 || st.GroupTable.Counts[words.GroupsLost] > 0
	show(g.all.Objects[0], has || g.lacks)
	show(g.all.Objects[1], len(st.Groups) > 0)
	show(g.empty, len(st.Groups) == 0)
	if len(st.Groups) == 0 {
		g.empty.Objects = []fyne.CanvasObject{g.nothing(a, has).Container}
		g.empty.Refresh()
	}
	g.fit(g.all.Size())
	g.list.Refresh()
	g.all.Refresh()
}

// tick sets what time changes: the rows stay.
func (g *groups) tick(st state.State, a *auth.Account) {
	top := g.all.Objects[0]
	before := top.MinSize().Height
	g.st = st
	age := words.GroupsAge(a, st.Now)
	if !g.origins {
		age.Text = strings.TrimPrefix(age.Text+"  ·  "+sourceText(a.Groups[0]), "  ·  ")
	}
	g.age.render(age)
	g.changed.SetText(words.ChangeText(a.GroupsChanged, st.Now))
	if top.MinSize().Height != before {
		g.all.Refresh()
	}
}

// renderMissing shows what was not given, with a button for each page that
// helps. Nothing opens by itself.
func (g *groups) renderMissing(a *auth.Account) {
	lines := words.Missing(a.Missing)
	g.pages = nil
	for _, m := range a.Missing {
		if at := len(g.pages); m.Link != "" && at < maxLinks {
			g.pages = append(g.pages, m.Link)
			if len(g.links) == at {
				g.links = append(g.links, g.kit.small("", widget.ButtonQuiet, func() {
					if at < len(g.pages) {
						g.kit.store.OpenURL(g.pages[at])
					}
				}))
			}
			g.links[at].SetText(lang.L("Open the page for “{{.What}}”", map[string]any{"What": words.Said(m.What)}))
		}
	}
	g.missing.Set(widget.ToneWarn, "", strings.Join(lines, "\n"), g.links[:len(g.pages)]...)
	g.lacks = len(lines) > 0 && a.GroupsAsked
	g.briefly.SetText(strings.Join(lines, "; "))
}

// maxLinks bounds the buttons of a notice.
const maxLinks = 3

// renderViews shows the choices that have something in them.
func (g *groups) renderViews(st state.State, a *auth.Account) {
	some := false
	for v, chip := range g.views {
		chip.Set(st.GroupTable.ViewTitle(v), st.GroupView == v)
		on := v == words.GroupsAll || v == st.GroupView || st.GroupTable.Counts[v] > 0
		show(chip, on)
		some = some || on && v != words.GroupsAll
	}
	show(g.chips, some)
	g.changed.SetText(words.ChangeText(a.GroupsChanged, st.Now))
}

func (g *groups) nothing(a *auth.Account, has bool) *widget.EmptyState {
	s := g.kit.store
	all := g.kit.button(lang.L("Show all groups"), widget.ButtonQuiet, func() {
		s.Groups.SetView(words.GroupsAll)
		s.Groups.SetFilter("")
		g.kit.focus(g.filter) // the button is gone
	})
	switch {
	case has && g.st.GroupFilter == "":
		return widget.NewEmptyState(widget.DrawingGroups, lang.L("No groups in this view"), lang.L("Choose another view above."), all)
	case has:
		return widget.NewEmptyState(widget.DrawingSearch, lang.L("No matching groups"), lang.L("Try fewer letters."), all)
	case !a.GroupsAsked:
		return widget.NewEmptyState(widget.DrawingGroups, lang.L("Groups not requested"), lang.L("Sign in again to ask for them."),
			g.kit.button(lang.L("Ask for my groups"), widget.ButtonPrimary, s.SignIn.ForGroups))
	default:
		text := lang.L("The provider reports no groups, teams or roles for this account.")
		if how := words.GroupsAge(a, g.st.Now); how.Text != "" {
			text += "\n" + lang.X("sentence", "{{.Text}}.", map[string]any{"Text": how.Text})
		}
		return widget.NewEmptyState(widget.DrawingGroups, lang.L("No groups"), text, nil)
	}
}
