package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Below this width of the window the rail becomes narrower.
const (
	paneBreak  float32 = 760
	railNarrow float32 = 212
)

// TwoPane is the window: a rail of a fixed width and the page beside it.
type TwoPane struct {
	fynewidget.BaseWidget

	rail, main fyne.CanvasObject
}

// NewTwoPane returns the two parts of the window.
func NewTwoPane(rail, main fyne.CanvasObject) *TwoPane {
	p := &TwoPane{rail: rail, main: main}
	p.ExtendBaseWidget(p)
	return p
}

// SetMain changes the page.
func (p *TwoPane) SetMain(main fyne.CanvasObject) {
	p.main = main
	p.Refresh()
}

// ShowRail shows the rail or gives its width to the page. A rail out of sight
// stays a part of the window, or it would miss a change of the theme.
func (p *TwoPane) ShowRail(shown bool) {
	if shown {
		p.rail.Show()
	} else {
		p.rail.Hide()
	}
	p.Refresh()
}

// CreateRenderer is called by Fyne.
func (p *TwoPane) CreateRenderer() fyne.WidgetRenderer {
	r := &twoPaneRenderer{pane: p, back: canvas.NewRectangle(nil)}
	r.back.FillColor = colorOf(p, theme.ColorRail)
	return r
}

type twoPaneRenderer struct {
	pane *TwoPane
	back *canvas.Rectangle
}

func (r *twoPaneRenderer) Destroy() {}

func (r *twoPaneRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.pane.rail, r.pane.main}
}

func (r *twoPaneRenderer) railWidth(width float32) float32 {
	switch {
	case !r.pane.rail.Visible():
		return 0
	case width < paneBreak:
		return railNarrow
	default:
		return theme.RailWidth
	}
}

func (r *twoPaneRenderer) MinSize() fyne.Size {
	main := r.pane.main.MinSize()
	if !r.pane.rail.Visible() {
		return main
	}
	rail := r.pane.rail.MinSize().AddWidthHeight(0, 2*theme.RailPadding)
	return fyne.NewSize(railNarrow+main.Width, fyne.Max(rail.Height, main.Height))
}

func (r *twoPaneRenderer) Layout(size fyne.Size) {
	width := r.railWidth(size.Width)
	if r.pane.rail.Visible() {
		r.back.Resize(fyne.NewSize(width, size.Height))
		pad := theme.RailPadding
		r.pane.rail.Move(fyne.NewPos(pad, pad))
		r.pane.rail.Resize(fyne.NewSize(width-2*pad, size.Height-2*pad))
	}
	r.pane.main.Move(fyne.NewPos(width, 0))
	r.pane.main.Resize(fyne.NewSize(size.Width-width, size.Height))
}

func (r *twoPaneRenderer) Refresh() {
	r.back.FillColor = colorOf(r.pane, theme.ColorRail)
	r.back.Hidden = !r.pane.rail.Visible()
	r.Layout(r.pane.Size())
	r.back.Refresh()
	canvas.Refresh(r.pane)
}
