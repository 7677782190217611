package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// heights are those of the rows at the present width.
func (g *grid) heights() []float32 {
	if g.measured != nil && g.measuredAt == g.Size().Width {
		return g.measured
	}
	heights := make([]float32, len(g.rows))
	for i, row := range g.rows {
		for j, c := range g.places(row, g.Size().Width) {
			heights[i] = fyne.Max(heights[i], c.y+g.cellHeight(row[j], c.width))
		}
	}
	g.measured, g.measuredAt = heights, g.Size().Width
	return heights
}

// cellPlace is where a cell lies in its row, and how wide it may be.
type cellPlace struct{ x, y, width float32 }

// places are those of a row's cells: beside each other, or below each other where words
// would be broken.
func (g *grid) places(row []cell, width float32) []cellPlace {
	out := make([]cellPlace, len(row))
	if width > 0 && width < g.stack*theme.TextScale() {
		var y float32
		for j, c := range row {
			out[j] = cellPlace{y: y, width: width}
			if c.text != "" || c.note != "" || c.sign != SignNone {
				y += g.cellHeight(c, width)
			}
		}
		return out
	}
	widths := g.widths(width)
	var x float32
	for j, room := range g.room(row, widths) {
		out[j] = cellPlace{x: x, width: room}
		x += widths[j] + g.gapX
	}
	return out
}

// room is how wide each cell of a row may be: it has that of the empty ones after it.
func (g *grid) room(row []cell, widths []float32) []float32 {
	out := slices.Clone(widths)
	for j := len(row) - 2; j >= 0; j-- {
		if next := row[j+1]; next.text == "" && next.note == "" && next.sign == SignNone {
			out[j] += g.gapX + out[j+1]
		}
	}
	return out
}

func (g *grid) cellHeight(c cell, width float32) float32 {
	t := Text{text: c.text, style: c.style, width: -1}
	m := t.measure()
	height := m.lineHeight()*float32(len(t.lines(width))) + 2*drop(g, m)
	if !g.noteFits(c, width) {
		height += noteMeasure(g).lineHeight()
	}
	return height
}

func noteMeasure(g *grid) measure { return measure{size: sizeOf(g.self, fynetheme.SizeNameText)} }

// drop lowers text of a smaller font so far that it stands beside usual text.
func drop(g *grid, m measure) float32 {
	return fyne.Max(0, (noteMeasure(g).lineHeight()-m.lineHeight())/2)
}

// noteWidth is the width of the note with its sign.
func noteWidth(g *grid, c cell) float32 {
	if c.note == "" {
		return 0
	}
	width := noteMeasure(g).width(c.note) + 1
	if c.sign != SignNone {
		width += signSize() + chipSignGap
	}
	return width
}

// noteFits says whether the note has room after the text, on its line.
func (g *grid) noteFits(c cell, width float32) bool {
	if c.note == "" {
		return true
	}
	t := Text{text: c.text, style: c.style, width: -1}
	return t.measure().width(c.text)+theme.GapSmall+noteWidth(g, c) <= width
}

func (g *grid) widths(width float32) []float32 {
	rest := width - g.gapX*float32(len(g.tracks)-1)
	var shares float32
	widths := make([]float32, len(g.tracks))
	for i, t := range g.tracks {
		if widths[i] = t.fixed(); t.most > 0 {
			widths[i] = fyne.Min(widths[i], t.most*width)
		}
		rest -= widths[i]
		shares += t.share
	}
	for i, t := range g.tracks {
		if t.share > 0 {
			widths[i] = fyne.Max(0, rest*t.share/shares)
		}
	}
	return widths
}

func (g *grid) rowAt(y float32) int {
	var top float32
	for i, height := range g.heights() {
		if y < top+height+g.gapY {
			return i
		}
		top += height + g.gapY
	}
	return -1
}
