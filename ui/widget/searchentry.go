package widget

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// SearchEntry is the field to filter by. A hint names the keys that lead to
// it.
type SearchEntry struct {
	Entry

	// OnLeave is called for Escape in an empty field and for the arrow down.
	OnLeave func()

	hint string
}

// NewSearchEntry returns a field. The hint is, for example, "Ctrl+F".
func NewSearchEntry(placeholder, hint string, changed func(text string)) *SearchEntry {
	e := &SearchEntry{hint: hint}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeholder
	e.Scroll = fyne.ScrollHorizontalOnly
	e.ActionItem = e.newHint()
	e.OnChanged = func(text string) {
		e.showHint()
		if changed != nil {
			changed(text)
		}
	}
	return e
}

func (e *SearchEntry) newHint() fyne.CanvasObject {
	text := NewText(e.hint, TextStyle{Color: fynetheme.ColorNamePlaceHolder, Size: fynetheme.SizeNameCaptionText})
	return &fyne.Container{Layout: insetLayout{side: 10}, Objects: []fyne.CanvasObject{NewCentre(text)}}
}

// showHint leaves the room to the text if there is one.
func (e *SearchEntry) showHint() {
	setVisible(e.ActionItem, e.Text == "")
}

// TypedKey empties the field with Escape.
func (e *SearchEntry) TypedKey(ev *fyne.KeyEvent) {
	switch {
	case ev.Name == fyne.KeyEscape && e.Text != "":
		e.SetText("")
	case ev.Name == fyne.KeyEscape || ev.Name == fyne.KeyDown:
		if e.OnLeave != nil {
			e.OnLeave()
		}
	default:
		e.Entry.TypedKey(ev)
	}
}
