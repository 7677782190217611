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
