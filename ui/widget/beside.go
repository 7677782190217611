package widget

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// Beside says how two objects share a width.
type Beside struct {
	Gap float32
	// Break is the width below which the second object goes under the first, for text
	// of the usual size.
	Break float32
	// First is the width below which the first object has too little room beside the
	// second, in the same way; 0 for none.
	First float32
	// Second is the width of the second object, 0 for its own.
	Second float32
	// Stretch makes both as high as the higher one; otherwise they are
	// centred.
	Stretch bool
}

// NewBeside puts two objects beside each other, or below each other if the
// width is small.
func NewBeside(how Beside, first, second fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &besideLayout{Beside: how}, Objects: []fyne.CanvasObject{first, second}}
}

type besideLayout struct {
	Beside
	width float32 // of the last layout
}

func (l *besideLayout) stacked(second fyne.CanvasObject, width float32) bool {
	scale := theme.TextScale()
	return width > 0 && (width < l.Break*scale || l.First > 0 && width-l.Gap-l.second(second) < l.First*scale)
}

func (l *besideLayout) second(o fyne.CanvasObject) float32 {
	if l.Second > 0 {
		return l.Second
	}
	return naturalWidth(o)
}

func (l *besideLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) != 2 {
		return fyne.Size{}
	}
	if !objects[1].Visible() {
		return objects[0].MinSize()
	}
	a, b := objects[0].MinSize(), objects[1].MinSize()
	if l.stacked(objects[1], l.width) {
		return fyne.NewSize(fyne.Max(a.Width, b.Width), a.Height+l.Gap+b.Height)
	}
	// The width may shrink until the objects stack.
	return fyne.NewSize(fyne.Max(a.Width, b.Width), fyne.Max(a.Height, b.Height))
}

func (l *besideLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if len(objects) != 2 {
		return
	}
	l.width = size.Width
	a, b := objects[0], objects[1]
	if !b.Visible() {
		columnLayout{}.Layout(objects[:1], size)
		return
	}
	if l.stacked(b, size.Width) {
		columnLayout{gap: l.Gap}.Layout(objects, size)
		return
	}
	second := fyne.Min(l.second(b), size.Width)
	first := fyne.Max(0, size.Width-second-l.Gap)
	heightA, heightB := heightAt(a, first), heightAt(b, second)
	if l.Stretch {
		heightA = fyne.Max(heightA, heightB)
		heightB = heightA
	}
	high := fyne.Max(heightA, heightB)
	a.Move(fyne.NewPos(0, (high-heightA)/2))
	a.Resize(fyne.NewSize(first, heightA))
	b.Move(fyne.NewPos(first+l.Gap, (high-heightB)/2))
	b.Resize(fyne.NewSize(second, heightB))
}
