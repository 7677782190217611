package widget

import "fyne.io/fyne/v2"

// NewColumn puts objects below each other. Unlike Fyne's VBox it gives each
// its width before it asks for the height, so that wrapped text needs no
// second pass.
func NewColumn(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: columnLayout{gap: gap}, Objects: objects}
}

type columnLayout struct{ gap float32 }

func (l columnLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	first := true
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		size.Width = fyne.Max(size.Width, least.Width)
		size.Height += least.Height
		if !first {
			size.Height += l.gap
		}
		first = false
	}
	return size
}

func (l columnLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		height := heightAt(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
		y += height + l.gap
	}
}
