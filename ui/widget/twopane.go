package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// The widths of the window at which its parts change, at the usual size of text: below
// paneBreak the rail becomes narrower, below paneOne there is one part at a time.
const (
	paneBreak  float32 = 760
	paneOne    float32 = 640
	railNarrow float32 = 212
)

// TwoPane is the window: a rail of a fixed width and the page beside it. In a narrow
// window, and for large text in a wider one, it is one of the two, below a bar with the
// way to the other. What is out of sight takes no keyboard.
type TwoPane struct {
	fynewidget.BaseWidget

	rail, main fyne.CanvasObject
	bar        *Button
	// OnTurned, if it is set, is called when the rail takes the place of the page or gives
	// it back: what had the keyboard may be out of sight.
	OnTurned func(rail bool)
	// toRail and toMain are the words of the bar.
	toRail, toMain string
	allowed        bool // the page has a rail
	list           bool // of the two, the rail is shown
	one            bool // there is room for one
}

// NewTwoPane returns the two parts of the window. The words are those of the way to the
// rail and back from it.
func NewTwoPane(rail, main fyne.CanvasObject, toRail, toMain string) *TwoPane {
	p := &TwoPane{rail: rail, main: main, toRail: toRail, toMain: toMain, allowed: true}
	p.bar = NewSmallButton(toRail, ButtonQuiet, func() { p.ShowList(!p.list) })
	p.bar.Hide()
	p.ExtendBaseWidget(p)
	return p
}

// SetKeys says what becomes of the keys that mean nothing to the bar.
func (p *TwoPane) SetKeys(k Keys) { p.bar.SetKeys(k) }

// Bar is the button between the two parts, shown if there is room for one of them.
func (p *TwoPane) Bar() *Button { return p.bar }

// ShowRail shows the rail or gives its width to the page. A rail out of sight
// stays a part of the window, or it would miss a change of the theme.
func (p *TwoPane) ShowRail(shown bool) {
	p.allowed = shown
	p.Refresh()
}

// One reports whether there is room for one part only.
func (p *TwoPane) One() bool { return p.one }

// Listed reports whether the rail is shown in place of the page.
func (p *TwoPane) Listed() bool { return p.one && p.allowed && p.list }

// ShowList shows the rail in place of the page, or the page again, if there is room for
// one of them only.
func (p *TwoPane) ShowList(list bool) {
	if p.list == list {
		return
	}
	p.list = list
	p.Refresh()
	if p.one && p.allowed && p.OnTurned != nil {
		p.OnTurned(list)
	}
}

// CreateRenderer is called by Fyne.
func (p *TwoPane) CreateRenderer() fyne.WidgetRenderer {
	r := &twoPaneRenderer{pane: p, back: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type twoPaneRenderer struct {
	pane *TwoPane
	back *canvas.Rectangle
}

func (r *twoPaneRenderer) Destroy() {}

func (r *twoPaneRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.pane.bar, r.pane.rail, r.pane.main}
}

// scale is the size of text compared with the usual one: what text stands in grows with
// it.
func (r *twoPaneRenderer) scale() float32 { return theme.TextScale() }

func (r *twoPaneRenderer) railWidth(width float32) float32 {
	switch p := r.pane; {
	case !p.allowed:
		return 0
	case p.one:
		return width
	case width < paneBreak*r.scale():
		return railNarrow * r.scale()
	default:
		return theme.RailWidth * r.scale()
	}
}

func (r *twoPaneRenderer) MinSize() fyne.Size {
	main := r.pane.main.MinSize()
	if !r.pane.allowed {
		return main
	}
	rail := r.pane.rail.MinSize().AddWidthHeight(2*theme.RailPadding, 2*theme.RailPadding)
	return rail.Max(main)
}

// barHeight is the height of the bar, 0 without one.
func (r *twoPaneRenderer) barHeight() float32 {
	if !r.pane.bar.Visible() {
		return 0
	}
	return r.pane.bar.MinSize().Height + theme.GapSmall
}

func (r *twoPaneRenderer) Layout(size fyne.Size) {
	p := r.pane
	p.one = size.Width > 0 && size.Width < paneOne*r.scale()
	p.bar.SetText(p.toRail)
	if p.Listed() {
		p.bar.SetText(p.toMain)
	}
	setVisible(p.bar, p.one && p.allowed)
	setVisible(p.rail, p.allowed && (!p.one || p.list))
	setVisible(p.main, !p.Listed())
	r.back.Hidden = !p.rail.Visible()
	width, top, pad := r.railWidth(size.Width), r.barHeight(), theme.RailPadding
	r.back.Resize(fyne.NewSize(width, size.Height))
	p.bar.Move(fyne.NewPos(pad, theme.GapSmall))
	p.bar.Resize(p.bar.MinSize())
	p.rail.Move(fyne.NewPos(pad, top+pad))
	p.rail.Resize(fyne.NewSize(fyne.Max(0, width-2*pad), size.Height-top-2*pad))
	if p.one {
		width = 0
	}
	p.main.Move(fyne.NewPos(width, top))
	p.main.Resize(fyne.NewSize(size.Width-width, size.Height-top))
}

func (r *twoPaneRenderer) Refresh() {
	r.back.FillColor = colorOf(r.pane, theme.ColorRail)
	rimmed(r.pane, r.back)
	r.Layout(r.pane.Size())
	r.back.Refresh()
	canvas.Refresh(r.pane)
}
