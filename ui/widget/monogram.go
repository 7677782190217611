package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

const (
	monogramSize   float32 = 36
	monogramRadius float32 = 9
)

// Monogram is a tile with one or two letters that stands for a provider. It
// replaces a logo, which belongs to its owner.
type Monogram struct {
	fynewidget.BaseWidget

	letters string
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

// CreateRenderer is called by Fyne.
func (m *Monogram) CreateRenderer() fyne.WidgetRenderer {
	r := &monogramRenderer{tile: m, back: canvas.NewRectangle(nil), text: NewText("", TextStyle{})}
	r.Refresh()
	return r
}

type monogramRenderer struct {
	tile *Monogram
	back *canvas.Rectangle
	text *Text
}

func (r *monogramRenderer) Destroy()                     {}
func (r *monogramRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.back, r.text} }
func (r *monogramRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(monogramSize) }

func (r *monogramRenderer) Layout(size fyne.Size) {
	pos := fyne.NewPos((size.Width-monogramSize)/2, (size.Height-monogramSize)/2)
	r.back.Move(pos)
	r.back.Resize(fyne.NewSquareSize(monogramSize))
	height := r.text.MinSize().Height
	r.text.Move(pos.AddXY(0, (monogramSize-height)/2))
	r.text.Resize(fyne.NewSize(monogramSize, height))
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
	r.text.Set(cut(r.tile.letters, 3), TextStyle{Color: fore, Bold: true, Align: fyne.TextAlignCenter})
	r.Layout(r.tile.Size())
	r.back.Refresh()
	canvas.Refresh(r.tile)
}
