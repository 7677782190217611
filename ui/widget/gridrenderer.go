package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

type gridRenderer struct {
	grid  *grid
	glow  *canvas.Rectangle
	ring  ring
	texts [][]*Text
	signs [][]*Sign
	notes [][]*Text
}

func (r *gridRenderer) Destroy() {}

func (r *gridRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.glow}
	for i := range r.texts {
		for j := range r.texts[i] {
			objects = append(objects, r.signs[i][j], r.texts[i][j], r.notes[i][j])
		}
	}
	return append(objects, r.ring.rect)
}

func (r *gridRenderer) MinSize() fyne.Size {
	g := r.grid
	size := fyne.NewSize(g.gapX*float32(len(g.tracks)-1), g.gapY*float32(max(0, len(g.rows)-1)))
	for _, t := range g.tracks {
		size.Width += t.least()
	}
	for _, height := range g.heights() {
		size.Height += height
	}
	return size
}

func (r *gridRenderer) Layout(size fyne.Size) {
	g := r.grid
	heights := g.heights()
	setVisible(r.glow, g.act != nil && g.hover >= 0 && g.actsOn(g.hover))
	var y float32
	for i := range r.texts {
		area := fyne.NewSize(size.Width+12, heights[i]+g.gapY)
		pos := fyne.NewPos(-6, y-g.gapY/2)
		if i == g.hover {
			r.glow.Move(pos)
			r.glow.Resize(area)
		}
		if i == g.current {
			r.ring.place(pos.AddXY(2, 3), area.SubtractWidthHeight(4, 6), 3)
		}
		for j, at := range g.places(g.rows[i], size.Width) {
			r.placeCell(i, j, fyne.NewPos(at.x, y+at.y), at.width)
		}
		y += heights[i] + g.gapY
	}
}

func (r *gridRenderer) placeCell(i, j int, pos fyne.Position, width float32) {
	c, text, sign, note := r.grid.rows[i][j], r.texts[i][j], r.signs[i][j], r.notes[i][j]
	text.Move(pos.AddXY(0, drop(r.grid, text.measure())))
	height := heightAt(text, width)
	text.Resize(fyne.NewSize(width, height))
	if c.note != "" {
		if r.grid.noteFits(c, width) {
			pos = pos.AddXY(text.measure().width(c.text)+theme.GapSmall, 0)
		} else {
			pos = pos.AddXY(0, height)
		}
	}
	line := noteMeasure(r.grid).lineHeight()
	sign.Move(pos.AddXY(0, (line-signSize())/2))
	sign.Resize(fyne.NewSquareSize(signSize()))
	if c.sign != SignNone {
		pos = pos.AddXY(signSize()+chipSignGap, 0)
	}
	note.Move(pos)
	note.Resize(fyne.NewSize(fyne.Min(width, noteMeasure(r.grid).width(c.note)+1), line))
}

func (r *gridRenderer) Refresh() {
	g := r.grid
	r.fill()
	r.glow.FillColor = colorOf(g.self, fynetheme.ColorNameHover)
	r.glow.CornerRadius = theme.RadiusInput
	r.ring.show(g.self, g.focused && g.act != nil && len(g.rows) > 0)
	r.Layout(g.Size())
	r.glow.Refresh()
	canvas.Refresh(g.self)
}

// fill sets the cells, which are kept for the next rows.
func (r *gridRenderer) fill() {
	g := r.grid
	for len(r.texts) < len(g.rows) {
		r.texts, r.signs, r.notes = append(r.texts, nil), append(r.signs, nil), append(r.notes, nil)
	}
	r.texts, r.signs, r.notes = r.texts[:len(g.rows)], r.signs[:len(g.rows)], r.notes[:len(g.rows)]
	for i, row := range g.rows {
		for len(r.texts[i]) < len(row) {
			r.texts[i], r.signs[i] = append(r.texts[i], NewLabel("")), append(r.signs[i], NewSign(SignNone))
			r.notes[i] = append(r.notes[i], NewLabel(""))
		}
		for j, c := range row {
			r.texts[i][j].Set(c.text, c.style)
			r.signs[i][j].Set(c.sign, c.tone)
			r.notes[i][j].Set(c.note, TextStyle{Color: c.tone, Fit: FitEllipsis})
		}
	}
}

// CreateRenderer is called by Fyne.
func (g *grid) CreateRenderer() fyne.WidgetRenderer {
	r := &gridRenderer{grid: g, glow: canvas.NewRectangle(nil), ring: newRing()}
	g.painted = r
	r.Refresh()
	return r
}
