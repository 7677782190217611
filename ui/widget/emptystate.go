package widget

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// NewEmptyState says why a place is empty and what would fill it. The actions
// are its buttons, if any.
func NewEmptyState(title, text string, actions ...*Button) *fyne.Container {
	middle := fyne.TextAlignCenter
	objects := []fyne.CanvasObject{
		NewText(title, TextStyle{Bold: true, Size: fynetheme.SizeNameSubHeadingText, Align: middle, Fit: FitWrap}),
		NewText(text, TextStyle{Color: theme.ColorMuted, Align: middle, Fit: FitWrap}),
	}
	for _, action := range actions {
		objects = append(objects, NewCentre(action))
	}
	column := NewColumn(theme.GapSmall, objects...)
	return &fyne.Container{Layout: insetLayout{side: theme.CardPadding, top: 2 * theme.CardPadding}, Objects: []fyne.CanvasObject{column}}
}

// NewCentre gives an object its own size in the middle of the width.
func NewCentre(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: centreLayout{}, Objects: []fyne.CanvasObject{o}}
}

type centreLayout struct{}

func (centreLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

func (centreLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		least := o.MinSize()
		o.Resize(least)
		o.Move(fyne.NewPos((size.Width-least.Width)/2, (size.Height-least.Height)/2))
	}
}
