package widget

import (
	"strings"

	"fyne.io/fyne/v2"
)

// Dragged selects a part of a cell. What is selected goes before the row if something is
// copied.
func (g *grid) Dragged(ev *fyne.DragEvent) {
	var texts []*Text
	if g.painted != nil {
		for _, row := range g.painted.texts {
			texts = append(texts, row...)
		}
	}
	g.drag(texts, ev)
}

// DragEnd takes the keyboard if something is selected.
func (g *grid) DragEnd() { g.end(g.self, g.Enable) }

// FocusLost ends what was selected; a grid that only shows is no stop of the Tab key again.
func (g *grid) FocusLost() {
	g.clear()
	g.control.FocusLost()
	if g.act == nil {
		g.Disable()
	}
}

// copyRow copies a row.
func (g *grid) copyRow(row int) {
	switch {
	case g.chosen() != "":
		copyTo(g.chosen())
	case row < 0 || row >= len(g.rows):
	case g.copied != nil:
		g.copied(row)
	default:
		copyTo(g.words(row))
	}
}

// words are those of a row, with tabs between its cells.
func (g *grid) words(row int) string {
	var words []string
	for _, c := range g.rows[row] {
		if c.text != "" {
			words = append(words, plainText(c.text))
		}
	}
	return strings.Join(words, "\t")
}

// TappedSecondary opens the menu of the row under the pointer.
func (g *grid) TappedSecondary(ev *fyne.PointEvent) { g.openMenu(ev.Position, g.rowAt(ev.Position.Y)) }

// currentMenu opens the menu of the row that the keyboard is on.
func (g *grid) currentMenu() {
	if len(g.rows) > 0 {
		top, height := g.span(g.current)
		g.openMenu(fyne.NewPos(0, top+height), g.current)
	}
}

func (g *grid) openMenu(at fyne.Position, row int) {
	if row < 0 || row >= len(g.rows) {
		return
	}
	all := make([]string, len(g.rows))
	for i := range g.rows {
		all[i] = g.words(i)
	}
	showMenu(g.self, at, copyItems(func() { g.copyRow(row) }, all))
}
