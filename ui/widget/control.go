package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// control is what the tappable widgets have in common: hover, focus, keys and
// being disabled.
type control struct {
	fynewidget.DisableableWidget

	tapped           func()
	hovered, focused bool
	keys             Keys
	arrow            func(fyne.KeyName)
	menu             func() // opens the menu of what the keyboard is on
}

// FocusGained marks the widget as focused.
func (c *control) FocusGained() {
	c.setFocused(true)
	if c.keys.Focused != nil {
		c.keys.Focused()
	}
}

// FocusLost takes the mark of focus away.
func (c *control) FocusLost() { c.setFocused(false) }

// HasFocus reports whether the keyboard acts on the widget.
func (c *control) HasFocus() bool { return c.focused }

func (c *control) setFocused(focused bool) {
	c.focused = focused
	c.Refresh()
}

// TypedRune does nothing: runes are for entries.
func (c *control) TypedRune(rune) {}

// TypedKey taps with Enter or Space, and goes to a neighbour with the arrows.
func (c *control) TypedKey(ev *fyne.KeyEvent) {
	if activates(ev.Name) {
		c.Tapped(nil)
		return
	}
	if c.arrow != nil {
		c.arrow(ev.Name)
	}
}

// onArrow says what a key does that is no tap.
func (c *control) onArrow(arrow func(fyne.KeyName)) { c.arrow = arrow }

// Tapped calls what the widget was made with, unless it is disabled.
func (c *control) Tapped(*fyne.PointEvent) {
	if c.Disabled() || c.tapped == nil {
		return
	}
	c.tapped()
}

// SetOnTapped changes what a tap does.
func (c *control) SetOnTapped(tapped func()) { c.tapped = tapped }

// MouseIn marks the widget as hovered.
func (c *control) MouseIn(*desktop.MouseEvent) { c.setHovered(true) }

// MouseMoved does nothing.
func (c *control) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the mark of hovering away.
func (c *control) MouseOut() { c.setHovered(false) }

func (c *control) setHovered(hovered bool) {
	c.hovered = hovered
	c.Refresh()
}

// Cursor is a hand if a tap does something.
func (c *control) Cursor() desktop.Cursor {
	if c.Disabled() || c.tapped == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// AccessibilityRole is that of a button.
func (c *control) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
