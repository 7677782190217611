package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"
)

// CopyArea lets a person copy the texts inside it: what they select of one, or with the
// secondary button the one under the pointer, or all of them.
type CopyArea struct {
	fynewidget.BaseWidget
	content fyne.CanvasObject
	texts   []*Text
	fact    string
	area    *selectArea
}

// NewCopyArea returns an area around content, in which texts are what can be copied. They
// are the content if none is named.
func NewCopyArea(content fyne.CanvasObject, texts ...*Text) *CopyArea {
	if t, ok := content.(*Text); ok && len(texts) == 0 {
		texts = []*Text{t}
	}
	a := &CopyArea{content: content, texts: texts}
	a.area = newSelectArea(func() []*Text { return a.texts }, a.open)
	a.ExtendBaseWidget(a)
	return a
}

// NewCopyChip returns a chip of which the fact can be copied that its words are about.
func NewCopyChip(text string, tone Tone, sign SignKind, fact string) *CopyArea {
	a := NewCopyArea(NewChip(text, tone, sign))
	a.fact = plainText(fact)
	return a
}

// open opens the menu.
func (a *CopyArea) open(ev *fyne.PointEvent) {
	driver := app().Driver()
	one := a.fact
	if c, ok := a.content.(*Chip); ok && one == "" {
		one = c.face.text
	}
	var all []string
	for _, t := range a.texts {
		if !t.Visible() || t.text == "" {
			continue
		}
		all = append(all, t.text)
		at := ev.AbsolutePosition.Subtract(driver.AbsolutePositionForObject(t))
		if len(all) == 1 || at.X >= 0 && at.Y >= 0 && at.X < t.Size().Width && at.Y < t.Size().Height {
			one = t.text
		}
	}
	if part := a.area.chosen(); part != "" {
		one = part
	}
	if one != "" {
		showMenu(a, ev.Position, copyItems(func() { copyTo(one) }, all))
	}
}

// Visible reports whether there is something to see.
func (a *CopyArea) Visible() bool { return a.BaseWidget.Visible() && a.content.Visible() }

// CreateRenderer is called by Fyne.
func (a *CopyArea) CreateRenderer() fyne.WidgetRenderer {
	return copyAreaRenderer{a.area, a.content}
}

type copyAreaRenderer struct {
	area    *selectArea
	content fyne.CanvasObject
}

func (r copyAreaRenderer) Destroy() {}
func (r copyAreaRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.area, r.content} // what is pressed inside lies above
}
func (r copyAreaRenderer) MinSize() fyne.Size { return r.content.MinSize() }

func (r copyAreaRenderer) Layout(size fyne.Size) {
	r.area.Resize(size)
	r.content.Resize(size)
}

// Refresh lays the content out again, too.
func (r copyAreaRenderer) Refresh() { r.content.Refresh() }
