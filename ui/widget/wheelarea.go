package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
)

// WheelArea hands on the wheel if nothing inside it scrolls, such as over the
// title of a page.
type WheelArea struct {
	fynewidget.BaseWidget
	content fyne.CanvasObject
	turned  func(*fyne.ScrollEvent)
}

// NewWheelArea returns an area around content.
func NewWheelArea(content fyne.CanvasObject, turned func(*fyne.ScrollEvent)) *WheelArea {
	a := &WheelArea{content: content, turned: turned}
	a.ExtendBaseWidget(a)
	return a
}

// Scrolled is called when the wheel turns over it.
func (a *WheelArea) Scrolled(ev *fyne.ScrollEvent) { a.turned(ev) }

// CreateRenderer is called by Fyne.
func (a *WheelArea) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(a.content)
}
