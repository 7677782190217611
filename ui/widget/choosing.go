package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// choosing is how the pointer selects a part of one of several texts.
type choosing struct {
	// lies says where a text is in the window; nil asks Fyne.
	lies     func(*Text) fyne.Position
	text     *Text
	from     int
	dragging bool
}

// drag takes the selection to the pointer; with the first step it begins.
func (c *choosing) drag(texts []*Text, ev *fyne.DragEvent) {
	if !c.dragging {
		c.clear()
		c.dragging = true
		c.begin(texts, ev.AbsolutePosition.Subtract(fyne.NewPos(ev.Dragged.DX, ev.Dragged.DY)))
	}
	if c.text != nil {
		c.text.choose(c.from, c.text.at(ev.AbsolutePosition.Subtract(c.place(c.text))))
	}
}

func (c *choosing) begin(texts []*Text, at fyne.Position) {
	for _, t := range texts {
		pos := at.Subtract(c.place(t))
		if t.Visible() && t.text != "" && pos.X >= -chooseSide && pos.Y >= 0 && pos.X < t.Size().Width+chooseSide && pos.Y < t.Size().Height {
			c.text, c.from = t, t.at(pos)
		}
	}
}

func (c *choosing) place(t *Text) fyne.Position {
	if c.lies != nil {
		return c.lies(t)
	}
	return absolute(t)
}

// chooseSide is how far beside a text a selection can begin.
const chooseSide float32 = 6

// chosen is what is selected.
func (c *choosing) chosen() string {
	if c.text == nil {
		return ""
	}
	return c.text.chosen()
}

// clear forgets it.
func (c *choosing) clear() {
	if c.text != nil {
		c.text.choose(0, 0)
	}
	c.text = nil
}

// end ends a drag: if something is selected, what shows it gets the keyboard.
func (c *choosing) end(shows fyne.CanvasObject, enable func()) {
	c.dragging = false
	f, ok := shows.(fyne.Focusable)
	if w := app().Driver().CanvasForObject(shows); ok && w != nil && c.chosen() != "" {
		enable()
		w.Focus(f)
	}
}

// MouseDown ends what was selected.
func (c *choosing) MouseDown(ev *desktop.MouseEvent) {
	if ev.Button == desktop.MouseButtonPrimary {
		c.clear()
	}
}

// MouseUp does nothing.
func (*choosing) MouseUp(*desktop.MouseEvent) {}

// absolute is where an object lies in the window.
func absolute(o fyne.CanvasObject) fyne.Position { return app().Driver().AbsolutePositionForObject(o) }
