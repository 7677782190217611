package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Headed is a head above a page that scrolls by itself. Where the head leaves the page
// too little room, it scrolls out of sight first, and the page has all of it.
type Headed struct {
	fynewidget.BaseWidget

	head   *fyne.Container
	all    *fyne.Container // the head, and what is below
	scroll *Scroll
	wheel  *wheel
}

// leastBelow is the least height of the page, for text of the usual size.
const leastBelow float32 = 150

// NewHeaded returns a head; turned turns the page below with the wheel.
func NewHeaded(head *fyne.Container, turned func(*fyne.ScrollEvent)) *Headed {
	h := &Headed{head: head}
	h.all = &fyne.Container{Layout: &headedLayout{h}, Objects: []fyne.CanvasObject{head, &fyne.Container{}}}
	h.scroll = NewScroll(h.all)
	h.scroll.rest = turned
	h.scroll.OnScrolled = func(fyne.Position) { h.fit() }
	h.wheel = &wheel{turned: h.Scrolled}
	h.wheel.ExtendBaseWidget(h.wheel)
	h.ExtendBaseWidget(h)
	return h
}

// Below is the page below the head.
func (h *Headed) Below() fyne.CanvasObject { return h.all.Objects[1] }

// SetBelow changes it.
func (h *Headed) SetBelow(o fyne.CanvasObject) { h.all.Objects[1] = o }

// Scrolled turns the head out of sight or back into it, and then the page.
func (h *Headed) Scrolled(ev *fyne.ScrollEvent) { h.scroll.Scrolled(ev) }

// BringIntoView scrolls until what lies between top and bottom is to be seen, as
// [Page.BringIntoView] does.
func (h *Headed) BringIntoView(top, bottom float32) {
	h.scroll.bring(top, bottom)
	h.fit()
}

// Bring scrolls until a part of the head is to be seen, or its beginning.
func (h *Headed) Bring(part fyne.CanvasObject) {
	if at, ok := within(h.head, part); ok {
		at -= h.scroll.Offset.Y
		h.BringIntoView(at, at+part.Size().Height)
	}
}

// fit gives the page the room below what is to be seen of the head, and no more: what is
// in a scroll within a scroll gets the pointer beyond the outer one, too.
func (h *Headed) fit() {
	high := h.head.Size().Height
	h.Below().Move(fyne.NewPos(0, high))
	h.Below().Resize(fyne.NewSize(h.all.Size().Width, fyne.Max(0, h.Size().Height-high+h.scroll.Offset.Y)))
}

// within is how far from the top of a container an object in it lies.
func within(c *fyne.Container, o fyne.CanvasObject) (float32, bool) {
	for _, child := range c.Objects {
		if child == o {
			return child.Position().Y, true
		}
		if inner, ok := child.(*fyne.Container); ok {
			if at, ok := within(inner, o); ok {
				return at + child.Position().Y, true
			}
		}
	}
	return 0, false
}

// Settle lays the page out again if its head asks for another height than before.
func (h *Headed) Settle() {
	if h.head.MinSize().Height != h.head.Size().Height {
		h.Refresh()
	}
}

// low says that the head leaves too little room.
func (h *Headed) low() bool {
	return h.Size().Height-h.head.MinSize().Height < leastBelow*theme.TextScale()
}

// CreateRenderer is called by Fyne.
func (h *Headed) CreateRenderer() fyne.WidgetRenderer { return &headedRenderer{h} }

type headedRenderer struct{ h *Headed }

func (r *headedRenderer) Destroy()           {}
func (r *headedRenderer) MinSize() fyne.Size { return r.h.scroll.MinSize() }

func (r *headedRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.h.scroll, r.h.wheel}
}

func (r *headedRenderer) Layout(size fyne.Size) {
	heightAt(r.h.all, size.Width) // the scroll asks for the height
	r.h.scroll.Resize(size)
	r.h.wheel.Resize(size)
	setVisible(r.h.wheel, r.h.low())
}

func (r *headedRenderer) Refresh() {
	heightAt(r.h.all, r.h.Size().Width)
	setVisible(r.h.wheel, r.h.low())
	r.h.scroll.Refresh()
}

// headedLayout has the head above the page.
type headedLayout struct{ h *Headed }

func (l *headedLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	head := objects[0].MinSize()
	width := fyne.Max(head.Width, objects[1].MinSize().Width)
	if l.h.low() {
		return fyne.NewSize(width, head.Height+l.h.Size().Height)
	}
	return fyne.NewSize(width, l.h.Size().Height)
}

func (l *headedLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head := objects[0]
	// Twice: what wraps knows its height only after its width.
	head.Resize(fyne.NewSize(size.Width, head.MinSize().Height))
	head.Resize(fyne.NewSize(size.Width, head.MinSize().Height))
	head.Move(fyne.Position{})
	l.h.fit()
}
