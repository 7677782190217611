package widget

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// NewCardGrid puts objects of equal size into as many columns as fit, up to a
// number, with none narrower than least, for
// text of the usual size.
func NewCardGrid(gap, least float32, columns int, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &cardGridLayout{gap: gap, least: least, columns: columns}, Objects: objects}
}

type cardGridLayout struct {
	gap, least float32
	columns    int
	width      float32 // of the last layout
}

func (l *cardGridLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	columns, height, n := l.fitting(l.width), float32(0), 0
	var least float32
	for _, o := range objects {
		if o.Visible() {
			height = fyne.Max(height, o.MinSize().Height)
			least = fyne.Max(least, o.MinSize().Width)
			n++
		}
	}
	rows := (n + columns - 1) / columns
	return fyne.NewSize(least, float32(rows)*height+l.gap*float32(max(0, rows-1)))
}

func (l *cardGridLayout) fitting(width float32) int {
	if width <= 0 {
		return max(1, l.columns)
	}
	return max(1, min(l.columns, int((width+l.gap)/(l.least*theme.TextScale()+l.gap))))
}

func (l *cardGridLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	columns := l.fitting(size.Width)
	width := (size.Width - l.gap*float32(columns-1)) / float32(columns)
	var height float32
	for _, o := range objects {
		if o.Visible() {
			height = fyne.Max(height, o.MinSize().Height)
		}
	}
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Move(fyne.NewPos(float32(n%columns)*(width+l.gap), float32(n/columns)*(height+l.gap)))
		o.Resize(fyne.NewSize(width, height))
		n++
	}
}
