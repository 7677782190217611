package widget

import "fyne.io/fyne/v2"

// Keys are what a focused widget hands on to the page: without it the focus
// would swallow them.
type Keys struct {
	// Escape is called for the Escape key.
	Escape func()
	// Pressed, if set, hears of each key before it does anything.
	Pressed func(*fyne.KeyEvent)
	// Bare, if set, hears of each key: some do something without another one, such as F1.
	Bare func(*fyne.KeyEvent)
	// Shortcut gets the shortcuts that mean nothing to the widget.
	Shortcut func(fyne.Shortcut)
	// Focus puts the keyboard somewhere.
	Focus func(fyne.Focusable)
	// Scrolled gets what the wheel does over a widget that it means nothing to.
	Scrolled func(*fyne.ScrollEvent)
	// Focused is called when the keyboard came to the widget.
	Focused func()
	// Moved is called when the keyboard went to a part of the widget, which lies
	// so far below its upper edge and is so high.
	Moved func(o fyne.CanvasObject, top, height float32)
}

// SetKeys says what becomes of keys that mean nothing here.
func (c *control) SetKeys(k Keys) { c.keys = k }

// KeyDown hands Escape on.
func (c *control) KeyDown(ev *fyne.KeyEvent) {
	if c.keys.Pressed != nil {
		c.keys.Pressed(ev)
	}
	if c.keys.Bare != nil {
		c.keys.Bare(ev)
	}
	if c.menu != nil && opensMenu(ev.Name) {
		c.menu()
	}
	if ev.Name == fyne.KeyEscape && c.keys.Escape != nil {
		c.keys.Escape()
	}
}

// KeyUp does nothing.
func (c *control) KeyUp(*fyne.KeyEvent) {}
