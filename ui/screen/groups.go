package screen

import (
	"strings"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"claviger/auth"
	"claviger/providers"
	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
)

// groups lists the groups. It draws only the rows that are visible: there can
// be thousands.
type groups struct {
	kit     *kit
	all     *fyne.Container
	filter  *widget.SearchEntry
	count   *widget.Text
	list    *fynewidget.List
	empty   *fyne.Container
	missing *widget.Notice
	rows    []providers.Group
	origins bool // differ, and are told in each row
	account string
}

func newGroups(k *kit) tab {
	g := &groups{kit: k}
	g.filter = widget.NewSearchEntry("Filter groups", "", k.store.SetGroupFilter)
	g.filter.OnShortcut = k.keys.Shortcut
	g.filter.OnLeave = func() { k.focus(g.list) }
	g.count = widget.NewLabelMuted("")
	g.missing = widget.NewNotice(widget.ToneWarn, "", "")
	g.list = fynewidget.NewList(func() int { return len(g.rows) }, newGroupRow, g.set)
	g.list.HideSeparators = false
	g.list.OnSelected = func(i fynewidget.ListItemID) {
		g.list.UnselectAll()
		if i < len(g.rows) {
			k.store.CopyText(firstOf(g.rows[i].ID, g.rows[i].Name), "Id of "+firstOf(g.rows[i].Name, g.rows[i].ID))
		}
	}
	g.empty = &fyne.Container{Layout: fill{}}
	top := widget.NewColumn(theme.GapSmall, widget.NewRow(theme.Gap, 0, g.filter, g.count), g.missing)
	g.all = &fyne.Container{Layout: groupsLayout{}, Objects: []fyne.CanvasObject{top, widget.NewCard(g.list), g.empty}}
	return g
}

func (g *groups) object() fyne.CanvasObject { return g.all }

// newGroupRow is an empty row.
func newGroupRow() fyne.CanvasObject {
	return widget.NewRow(theme.Gap, 0,
		widget.NewColumn(2, widget.NewLine(""), widget.NewCaption("")),
		widget.NewChip("", widget.ToneSoft, widget.SignNone))
}

// set sets everything of a row, which is used for another group later.
func (g *groups) set(i fynewidget.ListItemID, o fyne.CanvasObject) {
	row, ok := o.(*fyne.Container)
	if !ok || i >= len(g.rows) {
		return
	}
	group := g.rows[i]
	words, okWords := row.Objects[0].(*fyne.Container)
	chip, okChip := row.Objects[1].(*widget.Chip)
	if !okWords || !okChip {
		return
	}
	var below []string
	if group.ID != group.Name && group.Name != "" {
		below = append(below, group.ID)
	}
	if from := group.Origins(); from != "" && g.origins {
		below = append(below, "from "+from)
	}
	texts := []string{firstOf(group.Name, group.ID), strings.Join(below, "  ·  ")}
	for n, text := range texts {
		if t, ok := words.Objects[n].(*widget.Text); ok {
			t.SetText(text)
		}
	}
	chip.Set(firstOf(group.Kind, "group"), widget.ToneSoft, widget.SignNone)
	row.Refresh()
}

func (g *groups) render(st state.State, a *auth.Account) {
	if g.account != a.ID {
		g.account = a.ID
		g.list.MinSize() // a list that was never drawn cannot scroll
		g.list.ScrollToTop()
	}
	g.rows = st.Groups
	origin := providers.CommonOrigins(a.Groups)
	g.origins = origin == ""
	if g.filter.Text != st.GroupFilter {
		g.filter.SetText(st.GroupFilter)
	}
	g.count.SetText(state.GroupSummary(len(a.Groups), len(st.Groups), origin))
	var lines []string
	for _, m := range a.Missing {
		lines = append(lines, m.What+": "+m.Reason)
	}
	g.missing.Set(widget.ToneWarn, "", strings.Join(lines, "\n"))
	show(g.missing, len(lines) > 0 && a.GroupsAsked)
	has := len(a.Groups) > 0
	show(g.all.Objects[0], has || len(lines) > 0)
	show(g.all.Objects[1], len(st.Groups) > 0)
	show(g.empty, len(st.Groups) == 0)
	if len(st.Groups) == 0 {
		g.empty.Objects = []fyne.CanvasObject{g.nothing(a, has)}
		g.empty.Refresh()
	}
	g.list.Refresh()
	g.all.Refresh()
}

func (g *groups) nothing(a *auth.Account, has bool) fyne.CanvasObject {
	switch {
	case has:
		return widget.NewEmptyState("No group fits", "Try fewer letters.")
	case !a.GroupsAsked:
		return widget.NewEmptyState("Groups were not asked for", "Sign in again and switch the groups on.",
			g.kit.button("Sign in again", widget.ButtonPrimary, g.kit.store.SignInAgain))
	default:
		return widget.NewEmptyState("No groups", "The provider knows of no group, team or role for this account.")
	}
}

// groupsLayout has the filter above and the list in the rest.
type groupsLayout struct{}

func (groupsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 40) }

func (groupsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := size.Width - 2*theme.PageSide
	y := theme.GapLarge
	if top := objects[0]; top.Visible() {
		top.Resize(fyne.NewSize(width, top.MinSize().Height))
		top.Resize(fyne.NewSize(width, top.MinSize().Height))
		top.Move(fyne.NewPos(theme.PageSide, y))
		y += top.Size().Height + theme.Gap
	}
	for _, o := range objects[1:] {
		o.Move(fyne.NewPos(theme.PageSide, y))
		o.Resize(fyne.NewSize(width, fyne.Max(0, size.Height-y-theme.PageTop)))
	}
}

// fill gives objects all the room.
type fill struct{}

func (fill) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

func (fill) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}
