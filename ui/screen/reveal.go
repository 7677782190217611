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
	if a, ok := p.(partly); ok && slices.Contains(a.fixed(), o) {
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
	var turns any = p.object()
	if a, ok := p.(partly); ok {
		turns = a.content()
	}
	if a, ok := p.(*account); ok {
		if s, ok := a.tabs[a.shown].(fyne.Scrollable); ok {
			turns = s
		}
	}
	if s, ok := turns.(fyne.Scrollable); ok {
		s.Scrolled(ev)
	}
}

// revealPart scrolls the page until a part of an object is to be seen.
func (w *Window) revealPart(o fyne.CanvasObject, top, height float32) {
	p := w.pages[w.shown]
	if p == nil || height == 0 || w.pane.Listed() {
		return
	}
	content := p.object()
	if a, ok := p.(partly); ok {
		content = a.content()
	}
	view, ok := content.(*widget.Page)
	if !ok {
		return
	}
	if w.driver.CanvasForObject(o) == nil {
		w.onceDrawn(o, func() { w.revealPart(o, top, height) })
		return
	}
	at, origin := w.driver.AbsolutePositionForObject(o), w.driver.AbsolutePositionForObject(view)
	if at.X < origin.X {
		return // in the list of accounts
	}
	top += at.Y - origin.Y
	view.BringIntoView(top, top+height)
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
