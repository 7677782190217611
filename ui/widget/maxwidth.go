package widget

import "fyne.io/fyne/v2"

// NewMaxWidth keeps content no wider than is good to read; the rest of the
// width stays empty at the right.
func NewMaxWidth(width float32, content fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: maxWidthLayout{width: width}, Objects: []fyne.CanvasObject{content}}
}

type maxWidthLayout struct{ width float32 }

func (l maxWidthLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

func (l maxWidthLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(fyne.NewSize(fyne.Min(size.Width, l.width), size.Height))
	}
}
