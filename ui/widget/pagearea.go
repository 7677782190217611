package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// pageArea lies below a page, so that words without an area of their own, such as the titles
// of cards and the help of fields, can be selected and copied too.
type pageArea struct {
	selectArea
	content fyne.CanvasObject // beside the area
	on      bool              // the pointer is on words
}

// newPageArea is for what is on a page.
func newPageArea(content fyne.CanvasObject) *pageArea {
	a := &pageArea{content: content}
	a.init(a, func() []*Text { return textsIn(content, nil) }, a.open)
	return a
}

// textsIn are the texts within an object that no other area is for.
func textsIn(o fyne.CanvasObject, found []*Text) []*Text {
	if !o.Visible() {
		return found
	}
	switch o := o.(type) {
	case *Text:
		return append(found, o)
	case *Card:
		return textsIn(o.content, found)
	case *fyne.Container:
		for _, child := range o.Objects {
			found = textsIn(child, found)
		}
	}
	return found
}

// textAt is the text at a place of an object's parent, nil if there is none. It looks only
// where the place lies: the pointer moves often.
func textAt(o fyne.CanvasObject, at fyne.Position) *Text {
	at = at.Subtract(o.Position())
	if size := o.Size(); !o.Visible() || at.X < 0 || at.Y < 0 || at.X >= size.Width || at.Y >= size.Height {
		return nil
	}
	switch o := o.(type) {
	case *Text:
		return o
	case *Card:
		return textAt(o.content, at)
	case *fyne.Container:
		for _, child := range o.Objects {
			if t := textAt(child, at); t != nil {
				return t
			}
		}
	}
	return nil
}

// under is the text under the pointer, nil if there is none.
func (a *pageArea) under(at fyne.Position) *Text { return textAt(a.content, at.Add(a.Position())) }

// open offers to copy what is selected, or the text under the pointer.
func (a *pageArea) open(ev *fyne.PointEvent) {
	text := a.chosen()
	if t := a.under(ev.Position); text == "" && t != nil {
		text = t.text
	}
	if text != "" {
		showMenu(a, ev.Position, copyItems(func() { copyTo(text) }, nil))
	}
}

// MouseIn finds out what the pointer is on.
func (a *pageArea) MouseIn(ev *desktop.MouseEvent) { a.MouseMoved(ev) }

// MouseMoved finds out what the pointer is on now.
func (a *pageArea) MouseMoved(ev *desktop.MouseEvent) { a.on = a.under(ev.Position) != nil }

// MouseOut forgets it.
func (a *pageArea) MouseOut() { a.on = false }

// Cursor is that of text where there is some.
func (a *pageArea) Cursor() desktop.Cursor {
	if a.on {
		return desktop.TextCursor
	}
	return desktop.DefaultCursor
}
