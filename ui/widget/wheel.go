package widget

import (
	"runtime"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// wheelSpeed is how many times as far as Fyne's a notch of the wheel goes. Fyne's 25
// pixels are a line and a half; browsers go about four lines. On macOS the system
// says how far, for trackpads too.
func wheelSpeed() float32 {
	if runtime.GOOS == "darwin" {
		return 1
	}
	return 3
}

// faster is an event of the wheel at our speed.
func faster(ev *fyne.ScrollEvent) *fyne.ScrollEvent {
	fast, speed := *ev, wheelSpeed()
	fast.Scrolled = fyne.NewDelta(ev.Scrolled.DX*speed, ev.Scrolled.DY*speed)
	return &fast
}

// Scroll shows a part of what is higher than itself.
type Scroll struct {
	container.Scroll
	// rest gets the wheel where there is nothing left to turn; nil is nobody.
	rest func(*fyne.ScrollEvent)
}

// NewScroll returns a scroll of an object.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{}
	s.Direction, s.Content = container.ScrollVerticalOnly, content
	s.ExtendBaseWidget(s)
	return s
}

// Scrolled turns the content with the wheel.
func (s *Scroll) Scrolled(ev *fyne.ScrollEvent) {
	before := s.Offset
	s.Scroll.Scrolled(faster(ev))
	if s.rest != nil && s.Offset == before {
		s.rest(ev)
	}
}

// bring scrolls until what lies between top and bottom is to be seen; both count from
// the upper edge of what is shown now.
func (s *Scroll) bring(top, bottom float32) {
	offset := s.Offset
	height := s.Size().Height
	switch {
	case top < 0 || bottom-top > height:
		offset.Y += top - theme.GapLarge
	case bottom > height:
		offset.Y += bottom - height + theme.GapLarge
	default:
		return
	}
	s.ScrollToOffset(offset)
}

// Turn turns an object with the wheel, if it can be turned.
func Turn(o fyne.CanvasObject, ev *fyne.ScrollEvent) {
	if s, ok := o.(fyne.Scrollable); ok {
		s.Scrolled(ev)
	}
}

// wheel lies over something, unseen, and takes the wheel from it: Fyne gives the
// wheel to the innermost part that scrolls, and inside a text field that is one that
// has nothing to scroll.
type wheel struct {
	fynewidget.BaseWidget
	turned func(*fyne.ScrollEvent)
}

// Scrolled is called when the wheel turns over it.
func (w *wheel) Scrolled(ev *fyne.ScrollEvent) { w.turned(ev) }

// CreateRenderer is called by Fyne.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(&fyne.Container{})
}

// underWheel lets turned have the wheel over what r draws.
func underWheel(r fyne.WidgetRenderer, turned func(*fyne.ScrollEvent)) fyne.WidgetRenderer {
	w := &wheel{turned: turned}
	w.ExtendBaseWidget(w)
	return &wheelRenderer{r, w}
}

type wheelRenderer struct {
	fyne.WidgetRenderer
	wheel *wheel
}

func (r *wheelRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clip(r.WidgetRenderer.Objects()), r.wheel)
}

func (r *wheelRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.wheel.Resize(size)
}
