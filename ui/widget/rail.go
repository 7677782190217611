package widget

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// NewRail keeps a head at the top and a foot at the bottom; the list between
// them scrolls, and is returned beside the whole.
func NewRail(head, list, foot fyne.CanvasObject) (*fyne.Container, *Scroll) {
	scroll := NewScroll(list)
	return &fyne.Container{Layout: railLayout{}, Objects: []fyne.CanvasObject{head, scroll, foot}}, scroll
}

type railLayout struct{}

func (railLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := columnLayout{gap: theme.GapSmall}.MinSize(objects)
	return fyne.NewSize(leastTextWidth*4, size.Height)
}

func (railLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if len(objects) != 3 {
		return
	}
	head, list, foot := objects[0], objects[1], objects[2]
	top, bottom := heightAt(head, size.Width), heightAt(foot, size.Width)
	head.Resize(fyne.NewSize(size.Width, top))
	foot.Move(fyne.NewPos(0, size.Height-bottom))
	foot.Resize(fyne.NewSize(size.Width, bottom))
	list.Move(fyne.NewPos(0, top+theme.GapSmall))
	list.Resize(fyne.NewSize(size.Width, fyne.Max(0, size.Height-top-bottom-2*theme.GapSmall)))
}

// NewHalves gives the objects that are shown equal shares of the width, or puts them below
// each other if one of them needs more.
func NewHalves(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &halvesLayout{gap: gap}, Objects: objects}
}

type halvesLayout struct {
	gap   float32
	width float32 // of the last layout
}

// share is what each gets of a width, and whether that is enough for all.
func (l *halvesLayout) share(objects []fyne.CanvasObject, width float32) (share float32, enough bool) {
	var n, least float32
	for _, o := range objects {
		if o.Visible() {
			n++
			least = fyne.Max(least, o.MinSize().Width)
		}
	}
	share = (width - l.gap*(n-1)) / n
	return share, width <= 0 || least <= share
}

func (l *halvesLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if _, enough := l.share(objects, l.width); !enough {
		return columnLayout{gap: l.gap}.MinSize(objects)
	}
	var size fyne.Size // the width may shrink until the objects stack
	for _, o := range objects {
		if o.Visible() {
			size = size.Max(o.MinSize())
		}
	}
	return size
}

func (l *halvesLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	share, enough := l.share(objects, size.Width)
	if !enough {
		columnLayout{gap: l.gap}.Layout(objects, size)
		return
	}
	var x float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(share, size.Height))
		x += share + l.gap
	}
}
