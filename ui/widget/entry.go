package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Entry is a text field that hands on the shortcuts it does not know.
type Entry struct {
	fynewidget.Entry

	// OnShortcut gets the shortcuts that mean nothing to a text field.
	OnShortcut func(fyne.Shortcut)
	// OnEscape is called for Escape.
	OnEscape func()
	// OnPaste, if set, gets what is pasted in place of the field, in which it would be
	// measured and drawn.
	OnPaste func(text string)
	// OnBare hears of each key.
	OnBare func(*fyne.KeyEvent)
	// OnTurn gets the keys that mean nothing in a field of one line: up and down, and
	// those that turn pages.
	OnTurn func(fyne.KeyName)
	// OnFocus is called when the keyboard came to the field.
	OnFocus func()
	// OnScroll gets what the wheel does over the field, unless the field is being
	// written in and has more text than it shows.
	OnScroll func(*fyne.ScrollEvent)

	focused bool
}

// NewEntry returns a field for one line.
func NewEntry(placeholder string) *Entry {
	e := &Entry{}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeholder
	return e
}

// NewPasswordEntry returns a field that shows dots.
func NewPasswordEntry(placeholder string) *Entry {
	e := NewEntry(placeholder)
	e.Password = true
	return e
}

// NewTextArea returns a field for text of many lines in letters of one width,
// as high as some rows. The Tab key leaves it, as it leaves every other field.
func NewTextArea(placeholder string, rows int) *Entry {
	e := &Entry{}
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapOff
	e.Scroll = fyne.ScrollBoth
	e.TextStyle = fyne.TextStyle{Monospace: true}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeholder
	e.SetMinRowsVisible(rows)
	return e
}

// AcceptsTab reports that the Tab key moves on.
func (e *Entry) AcceptsTab() bool { return false }

// CreateRenderer is called by Fyne.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	r := e.Entry.CreateRenderer()
	return underWheel(r, func(ev *fyne.ScrollEvent) { e.scrolled(ev, r) })
}

// scrolled turns the text, or else the page.
func (e *Entry) scrolled(ev *fyne.ScrollEvent, r fyne.WidgetRenderer) {
	if e.MultiLine && e.focused {
		for _, o := range r.Objects() {
			text, ok := o.(*container.Scroll)
			if !ok {
				continue
			}
			before := text.Offset
			text.Scrolled(faster(ev))
			if text.Offset != before {
				return
			}
		}
	}
	if e.OnScroll != nil {
		e.OnScroll(ev)
	}
}

// FocusLost takes the cursor away.
func (e *Entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
}

// FocusGained draws the cursor and calls OnFocus.
func (e *Entry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	if e.OnFocus != nil {
		e.OnFocus()
	}
}

// TypedKey calls OnEscape for Escape.
func (e *Entry) TypedKey(ev *fyne.KeyEvent) {
	if e.OnBare != nil {
		e.OnBare(ev)
	}
	if turns := []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown}; e.OnTurn != nil && slices.Contains(turns, ev.Name) {
		e.OnTurn(ev.Name)
		return
	}
	if ev.Name == fyne.KeyEscape && e.OnEscape != nil {
		e.OnEscape()
		return
	}
	e.Entry.TypedKey(ev)
}

// TypedShortcut does what a text field knows and hands on the rest.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok && e.OnPaste != nil {
		e.OnPaste(paste.Clipboard.Content())
		return
	}
	if forwards(s) && e.OnShortcut != nil {
		e.OnShortcut(s)
		return
	}
	e.Entry.TypedShortcut(s)
}

// forwards says whether a shortcut means nothing to a text field. Moving by
// words, which Fyne registers as custom shortcuts, does.
func forwards(s fyne.Shortcut) bool {
	custom, isCustom := s.(*desktop.CustomShortcut)
	if !isCustom {
		return false
	}
	switch custom.KeyName {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return false
	default:
		return true
	}
}
