package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// selectArea lies below texts and lets a person select a part of one with the pointer, and
// copy it with the usual keys. While something is selected it has the keyboard; otherwise
// it is no stop of the Tab key.
type selectArea struct {
	fynewidget.DisableableWidget
	choosing

	self  fyne.Widget // the area, or what embeds it
	texts func() []*Text
	menu  func(*fyne.PointEvent)
}

// newSelectArea is for texts, with a menu.
func newSelectArea(texts func() []*Text, menu func(*fyne.PointEvent)) *selectArea {
	a := &selectArea{}
	a.init(a, texts, menu)
	return a
}

func (a *selectArea) init(self fyne.Widget, texts func() []*Text, menu func(*fyne.PointEvent)) {
	a.self, a.texts, a.menu = self, texts, menu
	a.ExtendBaseWidget(self)
	a.Disable()
}

// TappedSecondary opens the menu.
func (a *selectArea) TappedSecondary(ev *fyne.PointEvent) { a.menu(ev) }

// Dragged takes the selection to the pointer.
func (a *selectArea) Dragged(ev *fyne.DragEvent) { a.drag(a.texts(), ev) }

// DragEnd takes the keyboard if something is selected.
func (a *selectArea) DragEnd() { a.end(a.self, a.Enable) }

// FocusGained does nothing: what is selected is marked.
func (a *selectArea) FocusGained() {}

// FocusLost ends what was selected.
func (a *selectArea) FocusLost() {
	a.clear()
	a.Disable()
}

// TypedRune does nothing.
func (a *selectArea) TypedRune(rune) {}

// TypedKey ends what was selected with Escape.
func (a *selectArea) TypedKey(ev *fyne.KeyEvent) {
	if c := app().Driver().CanvasForObject(a.self); c != nil && ev.Name == fyne.KeyEscape {
		c.Unfocus()
	}
}

// TypedShortcut copies and selects all; what else is typed is for the window.
func (a *selectArea) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		copyTo(a.chosen())
	case *fyne.ShortcutSelectAll:
		if a.text != nil {
			a.text.choose(0, len(a.text.text))
		}
	default:
		if c, ok := app().Driver().CanvasForObject(a.self).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
}

// Cursor is that of text which can be selected.
func (a *selectArea) Cursor() desktop.Cursor {
	if len(a.texts()) == 0 {
		return desktop.DefaultCursor
	}
	return desktop.TextCursor
}

// CreateRenderer is called by Fyne.
func (a *selectArea) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(&fyne.Container{})
}
