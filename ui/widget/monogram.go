package widget

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

const (
	monogramSize   float32 = 36
	monogramRadius float32 = 9
	markSize       float32 = 20
)

// Monogram is a tile that stands for a provider: with its mark, drawn in the colour of
// text, or with one or two letters.
type Monogram struct {
	fynewidget.BaseWidget

	letters string
	mark    []byte // SVG with one path, without a colour
	own     bool
	raised  bool // it lies on the rail, not on a card
}

// NewMonogram returns a tile. The program's own things are in brass.
func NewMonogram(letters string, own bool) *Monogram {
	m := &Monogram{letters: letters, own: own}
	m.ExtendBaseWidget(m)
	return m
}

// Set changes everything.
func (m *Monogram) Set(letters string, own bool) {
	m.letters, m.own = letters, own
	m.Refresh()
}

// SetMark shows a mark in place of the letters: SVG whose paths have no colour. With nil
// the letters stand there.
func (m *Monogram) SetMark(mark []byte) {
	if bytes.Equal(m.mark, mark) {
		return
	}
	m.mark = mark
	m.Refresh()
}

// CreateRenderer is called by Fyne.
func (m *Monogram) CreateRenderer() fyne.WidgetRenderer {
	r := &monogramRenderer{tile: m, back: canvas.NewRectangle(nil), text: NewText("", TextStyle{}), mark: &canvas.Image{FillMode: canvas.ImageFillContain}}
	r.Refresh()
	return r
}

type monogramRenderer struct {
	tile *Monogram
	back *canvas.Rectangle
	text *Text
	mark *canvas.Image
}

func (r *monogramRenderer) Destroy() {}

func (r *monogramRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.text, r.mark}
}

func (r *monogramRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(monogramSize) }

func (r *monogramRenderer) Layout(size fyne.Size) {
	pos := fyne.NewPos((size.Width-monogramSize)/2, (size.Height-monogramSize)/2)
	r.back.Move(pos)
	r.back.Resize(fyne.NewSquareSize(monogramSize))
	height := r.text.MinSize().Height
	r.text.Move(pos.AddXY(0, (monogramSize-height)/2))
	r.text.Resize(fyne.NewSize(monogramSize, height))
	r.mark.Move(pos.AddXY((monogramSize-markSize)/2, (monogramSize-markSize)/2))
	r.mark.Resize(fyne.NewSquareSize(markSize))
}

func (r *monogramRenderer) Refresh() {
	fill, fore := theme.ColorRail, fynetheme.ColorNameForeground
	if r.tile.raised {
		fill = theme.ColorSurface
	}
	if r.tile.own {
		fill, fore = theme.ColorSoft, theme.ColorBrass
	}
	r.back.FillColor = colorOf(r.tile, fill)
	r.back.CornerRadius = monogramRadius
	style := TextStyle{Color: fore, Bold: true, Align: fyne.TextAlignCenter}
	r.text.Set(cut(r.tile.letters, 3), style)
	if r.text.MinSize().Width > monogramSize-theme.GapTiny { // in large text
		style.Size = fynetheme.SizeNameCaptionText
		r.text.Set(r.text.Text(), style)
	}
	setVisible(r.text, r.tile.mark == nil)
	setVisible(r.mark, r.tile.mark != nil)
	if r.tile.mark != nil {
		r.mark.Resource = painted(r.tile.mark, colorOf(r.tile, fore))
		r.mark.Refresh()
	}
	r.Layout(r.tile.Size())
	r.back.Refresh()
	canvas.Refresh(r.tile)
}

// painted is a mark in a colour. Its name says both: Fyne keeps what it drew by name.
func painted(mark []byte, c color.Color) fyne.Resource {
	fill := hex(c)
	return fyne.NewStaticResource(fmt.Sprintf("mark-%x-%s.svg", sha256.Sum256(mark), fill[1:]),
		bytes.ReplaceAll(mark, []byte("<path "), []byte("<path fill=\""+fill+"\" ")))
}
