package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

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
	// most is the share of the whole that a fixed width takes at most, 0 for all of it.
	most float32
}

// fixed is the width for text of the size that it has.
func (t track) fixed() float32 { return t.width * theme.TextScale() }

// least is what the column asks for at least.
func (t track) least() float32 {
	switch {
	case t.share > 0:
		return leastTextWidth
	case t.most > 0:
		return fyne.Min(t.fixed(), leastTextWidth)
	}
	return t.fixed()
}

// grid is a table of cells whose rows are as high as their text needs. With
// act it is one stop of the Tab key, in which the arrow keys go from row to
// row and Enter, Space or a tap act on one.
type grid struct {
	control
	choosing

	self   fyne.Widget // the widget that Fyne knows
	tracks []track
	rows   [][]cell
	gapX   float32
	gapY   float32
	// stack is the width below which the cells of a row are below each other, for text of
	// the usual size; 0 is never.
	stack float32
	act   func(row int)
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
	g.lies = func(t *Text) fyne.Position { return absolute(self).Add(t.Position()) }
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

// Refresh measures and paints again.
func (g *grid) Refresh() {
	g.measured = nil
	g.control.Refresh()
}
