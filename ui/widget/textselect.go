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

// layoutMarks puts a mark behind what is selected in each line.
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
