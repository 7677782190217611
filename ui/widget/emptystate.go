package widget

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// EmptyState says with a drawing and a sentence why a place is empty, and has the one
// action that fills it, if there is one.
type EmptyState struct {
	*fyne.Container

	title, text *Text
}

// NewEmptyState returns one. The title may be "", and the action nil.
func NewEmptyState(drawing Drawing, title, text string, action *Button) *EmptyState {
	middle := fyne.TextAlignCenter
	e := &EmptyState{
		title: NewText(title, TextStyle{Bold: true, Size: fynetheme.SizeNameSubHeadingText, Align: middle, Fit: FitWrap}),
		text:  NewText(text, TextStyle{Color: theme.ColorMuted, Align: middle, Fit: FitWrap}),
	}
	column := NewColumn(theme.Gap, NewCentre(newLines(drawing)), NewColumn(theme.GapTiny, e.title, e.text))
	if action != nil {
		column.Add(NewCentre(action))
	}
	setVisible(e.title, title != "")
	e.Container = &fyne.Container{Layout: insetLayout{top: theme.CardPadding}, Objects: []fyne.CanvasObject{column}}
	return e
}

// SetText changes the sentence.
func (e *EmptyState) SetText(text string) { e.text.SetText(text) }

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
