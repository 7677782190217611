package widget

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// NewAfter puts an object right after a text: the text gives way, and the object goes to a
// line of its own only if a word would be broken that has room in the whole width.
func NewAfter(gap float32, text *Text, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &afterLayout{gap: gap, text: text}, Objects: []fyne.CanvasObject{text, o}}
}

type afterLayout struct {
	gap   float32
	text  *Text
	width float32 // of the last layout
}

// below says that the object has a line of its own.
func (l *afterLayout) below(objects []fyne.CanvasObject, width float32) bool {
	word := l.text.longestWord()
	return objects[1].Visible() && word > width-l.room(objects) && word <= width
}

// room is what the object takes of the width.
func (l *afterLayout) room(objects []fyne.CanvasObject) float32 {
	if o := objects[1]; o.Visible() {
		return l.gap + o.MinSize().Width
	}
	return 0
}

func (l *afterLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := l.text.MinSize()
	if l.below(objects, l.width) {
		return size.AddWidthHeight(0, theme.GapTiny+objects[1].MinSize().Height)
	}
	if o := objects[1]; o.Visible() {
		size.Height = fyne.Max(size.Height, o.MinSize().Height)
	}
	return size.AddWidthHeight(l.room(objects), 0)
}

func (l *afterLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	o := objects[1].MinSize()
	if l.below(objects, size.Width) {
		height := heightAt(l.text, size.Width)
		place(l.text, 0, 0, size.Width, height)
		place(objects[1], 0, height+theme.GapTiny, o.Width, o.Height)
		return
	}
	m := l.text.measure()
	// A hair more than measured: rounding must not break the line.
	width := fyne.Min(m.width(oneLine(l.text.Text()))+0.5, fyne.Max(0, size.Width-l.room(objects)))
	height := heightAt(l.text, width)
	top := (size.Height - height) / 2
	place(l.text, 0, top, width, height)
	place(objects[1], width+l.gap, fyne.Max(0, top+(m.lineHeight()-o.Height)/2), o.Width, o.Height)
}
