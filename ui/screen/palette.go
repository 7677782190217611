package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// routePalette is the list of everything that one can go to or do. It lies over the
// route, which stays what it is.
const routePalette state.Route = "palette"

// palette is a field, and what fits what is typed there. The keyboard stays in the
// field: the arrows choose.
type palette struct {
	kit   *kit
	all   *fyne.Container
	field *widget.Entry
	list  *widget.Page
	rows  []*widget.CommandRow
	none  *widget.EmptyState
	count *widget.Text
	at    int
	query string
}

// palettePage is how far the keys go that turn a page.
const palettePage = 8

func newPalette(k *kit) page {
	p := &palette{kit: k, none: widget.NewEmptyState(widget.DrawingSearch, "", lang.L("Nothing has all these words. Fewer words find more."), nil), count: widget.NewCaption("")}
	s := k.store
	p.field = k.entry(lang.L("Account, provider, group or action"))
	p.field.OnChanged = s.Over.SetQuery
	p.field.OnSubmitted = func(string) { p.run() }
	p.field.OnTurn = func(key fyne.KeyName) {
		s.Over.Move(map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1, fyne.KeyPageUp: -palettePage, fyne.KeyPageDown: palettePage}[key])
	}
	p.list = widget.NewSubpage()
	top := &fyne.Container{Layout: topLayout{}, Objects: []fyne.CanvasObject{widget.NewColumn(theme.GapSmall,
		widget.NewSubtitle(lang.L("Go to anything")), p.field, p.count)}}
	p.all = &fyne.Container{Layout: belowLayout{}, Objects: []fyne.CanvasObject{top, p.list}}
	return p
}

func (p *palette) object() fyne.CanvasObject  { return p.all }
func (p *palette) focus() fyne.Focusable      { return p.field }
func (p *palette) content() fyne.CanvasObject { return p.list }
func (p *palette) fixed() []fyne.CanvasObject { return []fyne.CanvasObject{p.field} }

// run does what the chosen entry stands for.
func (p *palette) run() {
	if now := p.kit.store.State().Palette; now != nil {
		p.kit.store.RunPalette(now.At)
	}
}

func (p *palette) render(st state.State) {
	now := st.Palette
	if now == nil {
		return
	}
	if p.field.Text != now.Query {
		setEntry(p.field, now.Query)
	}
	for len(p.rows) < len(now.Found) {
		i := len(p.rows)
		row := widget.NewCommandRow(func() { p.kit.store.RunPalette(i) })
		row.SetKeys(p.kit.keys)
		p.rows = append(p.rows, row)
	}
	for i, e := range now.Found {
		p.rows[i].Set(widget.Command{Title: e.Title, Detail: e.Detail, Note: entryNote(e), Chosen: i == now.At})
	}
	p.count.SetText(countText(now))
	p.fill(now)
	if moved := now.At != p.at || now.Query != p.query; moved && len(now.Found) > 0 {
		row := p.rows[now.At]
		p.kit.keys.Moved(row, 0, row.Size().Height)
	}
	p.at, p.query = now.At, now.Query
}

// fill puts the rows into the list, or says why there are none.
func (p *palette) fill(now *state.Palette) {
	var want []fyne.CanvasObject
	for _, row := range p.rows[:len(now.Found)] {
		want = append(want, row)
	}
	if len(want) == 0 {
		want = append(want, p.none.Container)
	}
	p.list.Fill(widget.NewColumn(2, want...))
}

// countText says how many more fit than are shown.
func countText(now *state.Palette) string {
	switch more := now.All - len(now.Found); {
	case now.Reading:
		return lang.L("Looking through the groups…")
	case more > 0:
		return lang.N("{{.Count}} more fit. Type more to narrow them.", more, map[string]any{"Count": more})
	}
	return lang.L("Arrow keys choose, Enter goes there, Escape closes.")
}

// entryNote is the shortcut of an entry, or what kind of thing it is.
func entryNote(e state.PaletteEntry) string {
	if e.Shortcut != "" {
		return e.Shortcut
	}
	switch e.Kind {
	case state.EntryAccount:
		return lang.L("Account")
	case state.EntryGroup:
		return lang.L("Group")
	case state.EntryProvider:
		return lang.L("Provider")
	case state.EntrySetting:
		return lang.L("Setting")
	case state.EntryCommand, state.EntryCopy:
	}
	return lang.L("Action")
}

// leave forgets what was drawn of the vault.
func (p *palette) leave() {
	setEntry(p.field, "")
	for _, row := range p.rows {
		row.Set(widget.Command{})
	}
	p.list.Fill(&fyne.Container{})
	p.at, p.query = 0, ""
}

// belowLayout gives the first object its height and the second the rest.
type belowLayout struct{}

func (belowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(fyne.Max(a.Width, b.Width), a.Height+b.Height)
}

func (belowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top, rest := objects[0], objects[1]
	top.Move(fyne.Position{})
	// Twice: what wraps knows its height only after its width.
	top.Resize(fyne.NewSize(size.Width, top.MinSize().Height))
	height := top.MinSize().Height
	top.Resize(fyne.NewSize(size.Width, height))
	rest.Move(fyne.NewPos(0, height))
	rest.Resize(fyne.NewSize(size.Width, fyne.Max(0, size.Height-height)))
}
