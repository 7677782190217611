package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	fynewidget "fyne.io/fyne/v2/widget"
)

// app is the one that draws: what only shows words has nothing handed in to act with.
func app() fyne.App { return fyne.CurrentApp() } //nolint:forbidigo // as in Fyne's own texts

// copyTo puts a text into the clipboard.
func copyTo(text string) { app().Clipboard().SetContent(text) }

// copyItems offers to copy one text, unless one is nil, and all of those that stand together.
func copyItems(one func(), all []string) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	if one != nil {
		items = append(items, fyne.NewMenuItem(lang.L("Copy"), one))
	}
	if len(all) > 1 {
		items = append(items, fyne.NewMenuItem(lang.L("Copy all"), func() { copyTo(strings.Join(all, "\n")) }))
	}
	return items
}

// showMenu opens a menu at a place on an object; without items, nothing happens.
func showMenu(o fyne.CanvasObject, at fyne.Position, items []*fyne.MenuItem) {
	driver := app().Driver()
	c := driver.CanvasForObject(o)
	if c == nil || len(items) == 0 {
		return
	}
	fynewidget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, driver.AbsolutePositionForObject(o).Add(at))
}

// opensMenu reports whether a key opens the menu of what has the keyboard: the menu key,
// or Shift with F10.
func opensMenu(key fyne.KeyName) bool {
	if key == desktop.KeyMenu {
		return true
	}
	d, ok := app().Driver().(desktop.Driver)
	return key == fyne.KeyF10 && ok && d.CurrentKeyModifiers() == fyne.KeyModifierShift
}

// copyRow copies a row.
func (g *grid) copyRow(row int) {
	switch {
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

// TappedSecondary opens the menu of the line under the pointer.
func (w *Waterfall) TappedSecondary(ev *fyne.PointEvent) {
	for i := range w.spans {
		if top, height := w.span(i); ev.Position.Y >= top && ev.Position.Y < top+height {
			w.openMenu(ev.Position, i)
		}
	}
}

// currentMenu opens the menu of the line that the keyboard is on.
func (w *Waterfall) currentMenu() {
	if len(w.spans) > 0 {
		top, height := w.span(w.current)
		w.openMenu(fyne.NewPos(0, top+height), w.current)
	}
}

func (w *Waterfall) openMenu(at fyne.Position, line int) {
	all := make([]string, len(w.spans))
	for i, span := range w.spans {
		all[i] = plainText(span.Text) + "\t" + plainText(span.Time)
	}
	showMenu(w, at, copyItems(func() { copyTo(all[line]) }, all))
}

// TappedSecondary offers to copy what is selected of a token that is shown, or all of it.
func (v *TokenView) TappedSecondary(ev *fyne.PointEvent) {
	if v.shown && v.copied != nil {
		items := copyItems(func() { v.TypedShortcut(&fyne.ShortcutCopy{}) }, nil)
		showMenu(v, ev.Position, append(items, fyne.NewMenuItem(lang.L("Select all"), v.SelectAll)))
	}
}
