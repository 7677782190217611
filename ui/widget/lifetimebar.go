package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Lifetime is what a LifetimeBar shows.
type Lifetime struct {
	Issued  string // for example "issued 14:02"
	Expires string // for example "expires 15:02"
	Left    string // for example "47 minutes left"
	// Part is how much of the lifetime is over, from 0 to 1.
	Part float64
	Tone Tone // ToneOn, ToneWarn or ToneBad
}

// LifetimeBar shows where now lies between the issue and the end of a token.
type LifetimeBar struct {
	fynewidget.BaseWidget

	life Lifetime
}

// NewLifetimeBar returns an empty bar.
func NewLifetimeBar() *LifetimeBar {
	b := &LifetimeBar{}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes everything.
func (b *LifetimeBar) Set(life Lifetime) {
	if b.life == life {
		return
	}
	b.life = life
	b.Refresh()
}

// AccessibilityLabel says the times.
func (b *LifetimeBar) AccessibilityLabel() string {
	return b.life.Issued + ", " + b.life.Left + ", " + b.life.Expires
}

// AccessibilityRole is that of text.
func (b *LifetimeBar) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by Fyne.
func (b *LifetimeBar) CreateRenderer() fyne.WidgetRenderer {
	muted := TextStyle{Color: theme.ColorMuted}
	centre := TextStyle{Fit: FitEllipsis, Align: fyne.TextAlignCenter}
	r := &lifetimeRenderer{
		bar: b, back: canvas.NewRectangle(nil), over: canvas.NewRectangle(nil), mark: canvas.NewRectangle(nil),
		issued: NewText("", muted), expires: NewText("", muted), left: NewText("", centre),
	}
	r.Refresh()
	return r
}

const (
	lifeBar    float32 = 10
	lifeMark   float32 = 18
	lifeRadius float32 = 5
	// lifeLeast is the width of the bar below which the times go under it.
	lifeLeast float32 = 120
)

type lifetimeRenderer struct {
	bar                   *LifetimeBar
	back, over, mark      *canvas.Rectangle
	issued, expires, left *Text
}

func (r *lifetimeRenderer) Destroy() {}

func (r *lifetimeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.over, r.mark, r.issued, r.expires, r.left}
}

func (r *lifetimeRenderer) line() float32 { return r.left.measure().lineHeight() }

func (r *lifetimeRenderer) MinSize() fyne.Size {
	width, lines := fyne.Max(r.issued.MinSize().Width, r.expires.MinSize().Width), float32(2)
	switch size := r.bar.Size().Width; {
	case r.stacked(size):
		lines = 3
	case !r.narrow(size):
		return fyne.NewSize(width, 2*r.line()+theme.GapTiny)
	}
	return fyne.NewSize(width, lifeMark+lines*r.line()+2*theme.GapTiny)
}

// stacked says that the times have no room beside each other.
func (r *lifetimeRenderer) stacked(width float32) bool {
	return width > 0 && width < r.issued.MinSize().Width+theme.Gap+r.expires.MinSize().Width
}

func (r *lifetimeRenderer) narrow(width float32) bool {
	ends := r.issued.MinSize().Width + r.expires.MinSize().Width + 2*theme.Gap
	return width > 0 && width-ends < lifeLeast
}

func (r *lifetimeRenderer) Layout(size fyne.Size) {
	issued, expires := r.issued.MinSize(), r.expires.MinSize()
	x, width, middle := float32(0), size.Width, lifeMark/2
	below := lifeMark + theme.GapTiny
	if r.narrow(size.Width) {
		r.issued.Move(fyne.NewPos(0, below))
		if r.stacked(size.Width) {
			below += r.line()
		}
		r.expires.Move(fyne.NewPos(size.Width-expires.Width, below))
		below += r.line() + theme.GapTiny
	} else {
		x, middle = issued.Width+theme.Gap, r.line()/2
		width -= issued.Width + expires.Width + 2*theme.Gap
		r.issued.Move(fyne.NewPos(0, 0))
		r.expires.Move(fyne.NewPos(size.Width-expires.Width, 0))
		below = r.line() + theme.GapTiny
	}
	r.issued.Resize(issued)
	r.expires.Resize(expires)
	part := float32(min(1, max(0, r.bar.life.Part)))
	r.back.Move(fyne.NewPos(x, middle-lifeBar/2))
	r.back.Resize(fyne.NewSize(width, lifeBar))
	r.over.Move(fyne.NewPos(x, middle-lifeBar/2))
	r.over.Resize(fyne.NewSize(width*part, lifeBar))
	r.mark.Move(fyne.NewPos(x+width*part-1, middle-lifeMark/2))
	r.mark.Resize(fyne.NewSize(2, lifeMark))
	r.left.Move(fyne.NewPos(0, below))
	r.left.Resize(fyne.NewSize(size.Width, r.line()))
}

func (r *lifetimeRenderer) Refresh() {
	b := r.bar
	tone := b.life.Tone
	if tone == ToneSoft {
		tone = ToneOn
	}
	r.back.FillColor = colorOf(b, theme.ColorRail)
	r.back.StrokeColor, r.back.StrokeWidth = colorOf(b, theme.ColorLine), 1
	r.over.FillColor = colorOf(b, tone.Foreground())
	r.mark.FillColor = colorOf(b, fynetheme.ColorNameForeground)
	r.back.CornerRadius, r.over.CornerRadius, r.mark.CornerRadius = lifeRadius, lifeRadius, 1
	r.issued.SetText(b.life.Issued)
	r.expires.SetText(b.life.Expires)
	color := theme.ColorMuted
	if tone != ToneOn {
		color = tone.Foreground()
	}
	r.left.SetText(b.life.Left)
	r.left.SetColor(color)
	r.Layout(b.Size())
	r.back.Refresh()
	r.over.Refresh()
	r.mark.Refresh()
	canvas.Refresh(b)
}
