package widget

import "fyne.io/fyne/v2"

// NewFlow puts objects beside each other and goes on in the next line if
// the width ends, as words do.
func NewFlow(gapX, gapY float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gapX: gapX, gapY: gapY}, Objects: objects}
}

type flowLayout struct {
	gapX, gapY float32
	// width is that of the last layout: the height hangs on it.
	width float32
}

func (l *flowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var least float32
	for _, o := range objects {
		if o.Visible() {
			least = fyne.Max(least, fyne.Min(o.MinSize().Width, 2*leastTextWidth))
		}
	}
	return fyne.NewSize(least, l.flow(objects, l.width, false))
}

func (l *flowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.flow(objects, size.Width, true)
}

// flow walks the objects through the lines and returns the height. A width of
// nothing is not known yet and takes one line. What is lower than its line is centred.
func (l *flowLayout) flow(objects []fyne.CanvasObject, width float32, place bool) float32 {
	var x, y, line float32
	first := 0 // of the line
	end := func(next int) {
		for _, o := range objects[first:next] {
			if place && o.Visible() {
				o.Move(fyne.NewPos(o.Position().X, y+(line-o.Size().Height)/2))
			}
		}
		first = next
	}
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		size := o.MinSize()
		if width > 0 {
			size.Width = fyne.Min(size.Width, width)
			if x > 0 && x+size.Width > width {
				end(i)
				x, y, line = 0, y+line+l.gapY, 0
			}
		}
		if place {
			o.Move(fyne.NewPos(x, y))
			o.Resize(size)
		}
		x += size.Width + l.gapX
		line = fyne.Max(line, size.Height)
	}
	end(len(objects))
	return y + line
}
