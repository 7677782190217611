package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// cell is one field of a grid: a text, and a note with a sign after it.
type cell struct {
	text  string
	style TextStyle
	note  string
	sign  SignKind
	tone  fyne.ThemeColorName // of the note and its sign
}

// track is one column of a grid: a fixed width, or a share of the rest.
type track struct {
	width float32 // for text of the usual size
	share float32
}

// fixed is the width for text of the size that it has.
func (t track) fixed() float32 { return t.width * theme.TextScale() }

// grid is a table of cells whose rows are as high as their text needs. With
// act it is one stop of the Tab key, in which the arrow keys go from row to
// row and Enter, Space or a tap act on one.
type grid struct {
	control

	self   fyne.Widget // the widget that Fyne knows
	tracks []track
	rows   [][]cell
	gapX   float32
	gapY   float32
	act    func(row int)
	// acts says which rows there is something to act on; nil is all.
	acts func(row int) bool
	// copied copies a row; nil copies its words.
	copied func(row int)
	// moved reports the position of the current row after an arrow key.
	moved   func(top, height float32)
	current int
	hover   int
	// measured are the heights of the rows at measuredAt: wrapping is dear and
	// Fyne asks for sizes often.
	measured   []float32
	measuredAt float32
	painted    *gridRenderer
}

func newGrid(gapX, gapY float32, tracks ...track) *grid {
	g := &grid{}
	g.init(g, gapX, gapY, tracks...)
	return g
}

// init is called before anything else; self is the widget that embeds the
// grid, or the grid.
func (g *grid) init(self fyne.Widget, gapX, gapY float32, tracks ...track) {
	g.self, g.tracks, g.gapX, g.gapY, g.hover = self, tracks, gapX, gapY, -1
	g.menu = g.currentMenu
	g.ExtendBaseWidget(self)
	g.Disable()
}

// set changes the rows and reports whether they are others.
func (g *grid) set(rows [][]cell) bool {
	if g.rows != nil && slices.EqualFunc(g.rows, rows, slices.Equal[[]cell]) {
		return false
	}
	g.rows = rows
	g.current = max(0, min(g.current, len(rows)-1))
	g.hover = -1
	g.Refresh()
	return true
}

func (g *grid) onRow(act func(row int)) {
	g.act = act
	if act == nil {
		g.Disable() // a grid that only shows is no stop of the Tab key
		return
	}
	g.Enable()
}

// TypedKey moves through the rows and acts on one.
func (g *grid) TypedKey(ev *fyne.KeyEvent) {
	switch {
	case activates(ev.Name):
		g.actOn(g.current)
		return
	case ev.Name == fyne.KeyUp:
		g.current--
	case ev.Name == fyne.KeyDown:
		g.current++
	case ev.Name == fyne.KeyHome:
		g.current = 0
	case ev.Name == fyne.KeyEnd:
		g.current = len(g.rows) - 1
	default:
		return
	}
	g.current = max(0, min(g.current, len(g.rows)-1))
	g.Refresh()
	g.tellMoved()
}

// tellMoved reports the position of the current row.
func (g *grid) tellMoved() {
	if len(g.rows) == 0 {
		return
	}
	top, height := g.span(g.current)
	if g.moved != nil {
		g.moved(top, height)
	}
	if g.keys.Moved != nil {
		g.keys.Moved(g.self, top, height)
	}
}

// span is the position of a row.
func (g *grid) span(row int) (top, height float32) {
	heights := g.heights()
	for _, h := range heights[:row] {
		top += h + g.gapY
	}
	return top, heights[row]
}

// TypedShortcut copies the current row with the usual keys.
func (g *grid) TypedShortcut(s fyne.Shortcut) {
	if _, isCopy := s.(*fyne.ShortcutCopy); isCopy {
		g.copyRow(g.current)
	} else if g.keys.Shortcut != nil {
		g.keys.Shortcut(s)
	}
}

// Tapped acts on the row under the pointer.
func (g *grid) Tapped(ev *fyne.PointEvent) {
	if ev != nil {
		g.actOn(g.rowAt(ev.Position.Y))
	}
}

// MouseMoved marks the row under the pointer.
func (g *grid) MouseMoved(ev *desktop.MouseEvent) {
	if row := g.rowAt(ev.Position.Y); row != g.hover {
		g.hover = row
		g.Refresh()
	}
}

// MouseOut takes the mark away.
func (g *grid) MouseOut() {
	g.hover = -1
	g.Refresh()
}

// Cursor is a hand if a tap does something.
func (g *grid) Cursor() desktop.Cursor {
	if g.act == nil || !g.actsOn(g.hover) {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

func (g *grid) actOn(row int) {
	if g.act == nil || row < 0 || row >= len(g.rows) {
		return
	}
	g.current = row
	g.Refresh()
	if g.actsOn(row) {
		g.act(row)
	}
}

func (g *grid) actsOn(row int) bool {
	return g.acts == nil || row >= 0 && row < len(g.rows) && g.acts(row)
}

// heights are those of the rows at the present width.
func (g *grid) heights() []float32 {
	if g.measured != nil && g.measuredAt == g.Size().Width {
		return g.measured
	}
	widths := g.widths(g.Size().Width)
	heights := make([]float32, len(g.rows))
	for i, row := range g.rows {
		for j, c := range row {
			heights[i] = fyne.Max(heights[i], g.cellHeight(c, widths[j]))
		}
	}
	g.measured, g.measuredAt = heights, g.Size().Width
	return heights
}

// Refresh measures and paints again.
func (g *grid) Refresh() {
	g.measured = nil
	g.control.Refresh()
}

func (g *grid) cellHeight(c cell, width float32) float32 {
	t := Text{text: c.text, style: c.style, width: -1}
	m := t.measure()
	height := m.lineHeight()*float32(len(t.lines(width))) + 2*drop(g, m)
	if !g.noteFits(c, width) {
		height += noteMeasure(g).lineHeight()
	}
	return height
}

func noteMeasure(g *grid) measure { return measure{size: sizeOf(g.self, fynetheme.SizeNameText)} }

// drop lowers text of a smaller font so far that it stands beside usual text.
func drop(g *grid, m measure) float32 {
	return fyne.Max(0, (noteMeasure(g).lineHeight()-m.lineHeight())/2)
}

// noteWidth is the width of the note with its sign.
func noteWidth(g *grid, c cell) float32 {
	if c.note == "" {
		return 0
	}
	width := noteMeasure(g).width(c.note) + 1
	if c.sign != SignNone {
		width += signSize + chipSignGap
	}
	return width
}

// noteFits says whether the note has room after the text, on its line.
func (g *grid) noteFits(c cell, width float32) bool {
	if c.note == "" {
		return true
	}
	t := Text{text: c.text, style: c.style, width: -1}
	return t.measure().width(c.text)+theme.GapSmall+noteWidth(g, c) <= width
}

func (g *grid) widths(width float32) []float32 {
	rest := width - g.gapX*float32(len(g.tracks)-1)
	var shares float32
	for _, t := range g.tracks {
		rest -= t.fixed()
		shares += t.share
	}
	widths := make([]float32, len(g.tracks))
	for i, t := range g.tracks {
		widths[i] = t.fixed()
		if t.share > 0 {
			widths[i] = fyne.Max(0, rest*t.share/shares)
		}
	}
	return widths
}

func (g *grid) rowAt(y float32) int {
	var top float32
	for i, height := range g.heights() {
		if y < top+height+g.gapY {
			return i
		}
		top += height + g.gapY
	}
	return -1
}
