package widget

import "fyne.io/fyne/v2"

// NewAfter puts an object right after a text, as long as there is room: the text gives
// way, the object never goes to a line of its own.
func NewAfter(gap float32, text *Text, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: afterLayout{gap: gap, text: text}, Objects: []fyne.CanvasObject{text, o}}
}

type afterLayout struct {
	gap  float32
	text *Text
}

// room is what the object takes of the width.
func (l afterLayout) room(objects []fyne.CanvasObject) float32 {
	if o := objects[1]; o.Visible() {
		return l.gap + o.MinSize().Width
	}
	return 0
}

func (l afterLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := l.text.MinSize()
	if o := objects[1]; o.Visible() {
		size.Height = fyne.Max(size.Height, o.MinSize().Height)
	}
	return size.AddWidthHeight(l.room(objects), 0)
}

func (l afterLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	m := l.text.measure()
	// A hair more than measured: rounding must not break the line.
	width := fyne.Min(m.width(oneLine(l.text.Text()))+0.5, fyne.Max(0, size.Width-l.room(objects)))
	height := heightAt(l.text, width)
	top := (size.Height - height) / 2
	place(l.text, 0, top, width, height)
	o := objects[1].MinSize()
	place(objects[1], width+l.gap, fyne.Max(0, top+(m.lineHeight()-o.Height)/2), o.Width, o.Height)
}
