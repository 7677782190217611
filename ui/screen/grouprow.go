package screen

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// maxPlaces is how many places can say something of a group.
const maxPlaces = 3

// cellWidth is the width of the column of a place.
const cellWidth float32 = 72

// groupRow is one line of the list of groups: words, what is special, kind, and
// a column for each place.
type groupRow struct {
	name, below *widget.Text
	note, kind  *widget.Chip
	cells       [maxPlaces]*widget.Text
}

// newGroupRow is an empty row.
func newGroupRow() (*groupRow, *fyne.Container) {
	r := &groupRow{
		name: widget.NewLine(""), below: widget.NewCaption(""),
		note: widget.NewChip("", widget.ToneSoft, widget.SignNone), kind: widget.NewChip("", widget.ToneSoft, widget.SignNone),
	}
	objects := []fyne.CanvasObject{widget.NewColumn(2, r.name, r.below), r.note, r.kind}
	for i := range r.cells {
		r.cells[i] = widget.NewLine("")
		objects = append(objects, r.cells[i])
	}
	return r, &fyne.Container{Layout: groupRowLayout{}, Objects: objects}
}

// groupRowOf finds the parts of a row that the list hands back.
func groupRowOf(o fyne.CanvasObject) (*groupRow, bool) {
	c, ok := o.(*fyne.Container)
	if !ok || len(c.Objects) != 3+maxPlaces {
		return nil, false
	}
	words, ok := c.Objects[0].(*fyne.Container)
	if !ok || len(words.Objects) != 2 {
		return nil, false
	}
	r := &groupRow{}
	r.name, _ = words.Objects[0].(*widget.Text)
	r.below, _ = words.Objects[1].(*widget.Text)
	r.note, _ = c.Objects[1].(*widget.Chip)
	r.kind, _ = c.Objects[2].(*widget.Chip)
	for i := range r.cells {
		r.cells[i], _ = c.Objects[3+i].(*widget.Text)
	}
	return r, r.name != nil && r.below != nil && r.note != nil && r.kind != nil
}

// set sets everything of a row, which is used for another group later. If
// the columns have no room, their words stand below the name.
func (r *groupRow) set(group identity.Group, st *state.State, columns, origins bool) {
	table, view := &st.GroupTable, st.GroupView
	var below []string
	if group.ID != group.Name && group.Name != "" {
		below = append(below, group.ID)
	}
	if len(group.Sources) > 0 && origins && view != words.GroupsLost {
		below = append(below, sourceText(group))
	}
	r.name.SetText(firstOf(group.Name, group.ID))
	r.below.SetText(strings.Join(below, "  ·  "))
	show(r.below, len(below) > 0)
	note, tone := table.Note(group, view)
	r.note.Set(note, chipTone(tone), noteSign(tone))
	show(r.note, note != "")
	r.kind.Set(words.Kind(group), widget.ToneSoft, widget.SignNone)
	for i, cell := range r.cells {
		on := columns && i < len(table.Places)
		show(cell, on)
		if !on {
			continue
		}
		word, tone := table.Cell(group, view, table.Places[i])
		cell.Set(word, widget.TextStyle{Color: cellColor(tone), Size: fynetheme.SizeNameCaptionText, Align: fyne.TextAlignCenter, Fit: widget.FitEllipsis})
	}
}

// sourceText says where a group was read from.
func sourceText(g identity.Group) string {
	return lang.L("Source: {{.Source}}", map[string]any{"Source": words.Sources(g)})
}

// copyID copies the ID of the group of a row.
func (g *groups) copyID(row int) {
	if row < len(g.st.Groups) {
		group := g.st.Groups[row]
		g.kit.store.CopyText(firstOf(group.ID, group.Name), lang.L("ID of {{.Name}}", map[string]any{"Name": firstOf(group.Name, group.ID)}))
	}
}

// menu offers to copy what names the group of a row.
func (g *groups) menu(row int) []*fyne.MenuItem {
	items := []*fyne.MenuItem{fyne.NewMenuItem(lang.L("Copy ID"), func() { g.copyID(row) })}
	if row < len(g.st.Groups) && g.st.Groups[row].Name != "" {
		name := g.st.Groups[row].Name
		items = append(items, fyne.NewMenuItem(lang.L("Copy name"), func() { g.kit.store.CopyText(name, lang.L("Name")) }))
	}
	return items
}

// head makes a row the head of the columns.
func (r *groupRow) head(places []string) {
	for _, o := range []fyne.CanvasObject{r.name, r.below, r.note, r.kind} {
		o.Hide()
	}
	for i, cell := range r.cells {
		show(cell, i < len(places))
		if i < len(places) {
			cell.Set(words.PlaceTitle(places[i]), widget.TextStyle{Color: theme.ColorMuted, Size: fynetheme.SizeNameCaptionText, Align: fyne.TextAlignCenter, Fit: widget.FitEllipsis})
		}
	}
}

func chipTone(t words.Tone) widget.Tone {
	switch t {
	case words.ToneOK:
		return widget.ToneOK
	case words.ToneWarn:
		return widget.ToneWarn
	case words.ToneMuted:
	}
	return widget.ToneSoft
}

func noteSign(t words.Tone) widget.SignKind {
	switch t {
	case words.ToneOK:
		return widget.SignDone
	case words.ToneWarn:
		return widget.SignWarn
	case words.ToneMuted:
	}
	return widget.SignNone
}

func cellColor(t words.Tone) fyne.ThemeColorName {
	switch t {
	case words.ToneOK:
		return theme.ColorOK
	case words.ToneWarn:
		return theme.ColorWarn
	case words.ToneMuted:
	}
	return theme.ColorMuted
}

// groupRowLayout has the columns of the places at the right, so that they stand
// below each other, then chips, and gives the words the rest.
type groupRowLayout struct{}

func (groupRowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(160, 0)
	for _, o := range objects {
		if o.Visible() {
			size.Height = fyne.Max(size.Height, o.MinSize().Height)
		}
	}
	size.Height += 2 * theme.GapTiny // the words keep off the lines between the rows
	return size
}

func (groupRowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	right := size.Width
	place := func(o fyne.CanvasObject, width, gap float32) {
		height := fyne.Min(o.MinSize().Height, size.Height)
		width = fyne.Max(0, fyne.Min(width, right))
		o.Resize(fyne.NewSize(width, height))
		o.Move(fyne.NewPos(right-width, (size.Height-height)/2))
		right -= width + gap
	}
	for i := len(objects) - 1; i >= 3; i-- {
		if objects[i].Visible() {
			place(objects[i], cellWidth*theme.TextScale(), 0)
		}
	}
	right -= theme.GapSmall
	for _, o := range []fyne.CanvasObject{objects[2], objects[1]} {
		if o.Visible() {
			place(o, o.MinSize().Width, theme.GapSmall)
		}
	}
	place(objects[0], right, 0)
}
