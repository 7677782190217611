package widget

import "fyne.io/fyne/v2"

// NoGrow is for NewRow if no object takes the rest of the width.
const NoGrow = -1

// NewRow puts objects beside each other, each at its own height and centred
// upright. The object with the index grow takes the width that is left, or
// gives way if there is too little.
func NewRow(gap float32, grow int, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: rowLayout{gap: gap, grow: grow}, Objects: objects}
}

// NewTopRow is NewRow with all objects at the top, such as a number before a paragraph.
func NewTopRow(gap float32, grow int, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: rowLayout{gap: gap, grow: grow, top: true}, Objects: objects}
}

// NewSpace is an empty object that can grow in a row.
func NewSpace() fyne.CanvasObject { return &fyne.Container{} }

type rowLayout struct {
	gap  float32
	grow int
	top  bool
}

func (l rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		size.Width += least.Width
		size.Height = fyne.Max(size.Height, least.Height)
		n++
	}
	size.Width += l.gap * float32(max(0, n-1))
	return size
}

func (l rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest := fyne.Max(0, size.Width-l.MinSize(objects).Width)
	var x float32
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		width := o.MinSize().Width
		if i == l.grow {
			width += rest
		}
		height := heightAt(o, width)
		o.Resize(fyne.NewSize(width, height))
		y := (size.Height - height) / 2
		if l.top {
			y = 0
		}
		o.Move(fyne.NewPos(x, y))
		x += width + l.gap
	}
}
