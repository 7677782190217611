package widget

import (
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
)

// choose marks what lies between two places in the text, in bytes, as selected.
func (t *Text) choose(from, to int) {
	from, to = min(from, to), max(from, to)
	if t.from != from || t.to != to {
		t.from, t.to = from, to
		t.BaseWidget.Refresh()
	}
}

// chosen is what is selected.
func (t *Text) chosen() string { return t.text[t.from:t.to] }

// starts are the places in the text where its lines begin.
func (t *Text) starts(lines []string) []int {
	starts, at := make([]int, len(lines)), 0
	for i, line := range lines {
		skip := max(0, strings.Index(t.text[at:], strings.TrimSuffix(line, ellipsisMark)))
		starts[i] = at + skip
		at = min(len(t.text), starts[i]+len(line))
	}
	return starts
}

// at is the place in the text that is nearest to a position.
func (t *Text) at(pos fyne.Position) int {
	m, lines := t.measure(), t.lines(t.Size().Width)
	i := max(0, min(len(lines)-1, int(pos.Y/m.lineHeight())))
	letters := []rune(lines[i])
	x := pos.X - t.left(m, lines[i])
	n := sort.Search(len(letters), func(n int) bool {
		return (m.width(string(letters[:n]))+m.width(string(letters[:n+1])))/2 > x
	})
	if n == len(letters) && i == len(lines)-1 {
		return len(t.text) // also of what is cut off
	}
	return min(len(t.text), t.starts(lines)[i]+len(string(letters[:n])))
}

// left is where a line begins.
func (t *Text) left(m measure, line string) float32 {
	switch t.style.Align {
	case fyne.TextAlignTrailing:
		return t.Size().Width - m.width(line)
	case fyne.TextAlignCenter:
		return (t.Size().Width - m.width(line)) / 2
	case fyne.TextAlignLeading:
	}
	return 0
}

// marks are laid behind what is selected, one for each line.
func (r *textRenderer) layoutMarks(m measure, lines []string) {
	t := r.text
	r.marks = nil
	if t.from == t.to {
		return
	}
	for i, start := range t.starts(lines) {
		line := lines[i]
		from, to := max(t.from, start)-start, min(t.to-start, len(line))
		if from >= to {
			continue
		}
		mark := canvas.NewRectangle(colorOf(t, fynetheme.ColorNameSelection))
		mark.Move(fyne.NewPos(t.left(m, line)+m.width(line[:from]), float32(i)*m.lineHeight()))
		mark.Resize(fyne.NewSize(m.width(line[:to])-m.width(line[:from]), m.lineHeight()))
		r.marks = append(r.marks, mark)
	}
}

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

// take puts the keyboard on what shows the selection.
func take(o fyne.Focusable) {
	if w, ok := o.(fyne.CanvasObject); ok {
		if c := app().Driver().CanvasForObject(w); c != nil {
			c.Focus(o)
		}
	}
}

// absolute is where an object lies in the window.
func absolute(o fyne.CanvasObject) fyne.Position { return app().Driver().AbsolutePositionForObject(o) }
