package screen

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/widget"
)

// reveal scrolls the page until what has the keyboard is to be seen.
func (w *Window) reveal() {
	o, ok := w.canvas.Focused().(fyne.CanvasObject)
	p := w.pages[w.shown]
	if !ok || p == nil {
		return
	}
	if w.driver.CanvasForObject(o) == nil {
		return // a page that opens is shown from its top
	}
	w.revealPart(o, 0, o.Size().Height)
}

// scrolled turns the page with the wheel, wherever on it the pointer is.
func (w *Window) scrolled(ev *fyne.ScrollEvent) {
	p := w.pages[w.shown]
	if p == nil {
		return
	}
	turns := p.object()
	if _, headed := turns.(*widget.Headed); !headed {
		turns = scrolls(p)
	}
	widget.Turn(turns, ev)
}

// scrolls is what scrolls on a page.
func scrolls(p page) fyne.CanvasObject {
	if a, ok := p.(partly); ok {
		return a.content()
	}
	return p.object()
}

// view shows a part of what is higher than itself.
type view interface {
	fyne.CanvasObject
	BringIntoView(top, bottom float32)
}

// views are what shows an object of a page, the innermost first.
func views(p page, o fyne.CanvasObject) []view {
	var out []view
	if a, ok := p.(partly); ok && !slices.Contains(a.fixed(), o) {
		if v, ok := a.content().(view); ok {
			out = append(out, v)
		}
	}
	if v, ok := p.object().(view); ok {
		out = append(out, v)
	}
	return out
}

// revealPart scrolls the page until a part of an object is to be seen.
func (w *Window) revealPart(o fyne.CanvasObject, top, height float32) {
	p := w.pages[w.shown]
	if p == nil || height == 0 || w.pane.Listed() {
		return
	}
	in := views(p, o)
	if len(in) == 0 {
		return
	}
	if w.driver.CanvasForObject(o) == nil {
		w.onceDrawn(o, func() { w.revealPart(o, top, height) })
		return
	}
	for _, v := range in {
		at, origin := w.driver.AbsolutePositionForObject(o), w.driver.AbsolutePositionForObject(v)
		if at.X < origin.X {
			return // in the list of accounts
		}
		y := top + at.Y - origin.Y
		v.BringIntoView(y, y+height)
	}
}

// drawnWithin is how long what was just shown is waited for.
const drawnWithin = time.Second

// onceDrawn does something when an object was drawn for the first time: until then, Fyne
// does not know where it is. Nothing is done if that does not come.
func (w *Window) onceDrawn(o fyne.CanvasObject, do func()) {
	var frames *fyne.Animation
	done := false
	frames = fyne.NewAnimation(drawnWithin, func(float32) {
		if done || w.driver.CanvasForObject(o) == nil {
			return
		}
		done = true
		w.driver.StopAnimation(frames)
		do()
	})
	w.driver.StartAnimation(frames)
}
