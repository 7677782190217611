package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"
)

// A button after a name stays beside its first line, however long the name is.
func TestAfter(t *testing.T) {
	fynetest.NewTempApp(t)
	const width = 300
	for _, name := range []string{"Tess", strings.Repeat("Maximiliane ", 6), strings.Repeat("m", 500)} {
		text, button := NewHeading(name), NewSmallButton("Edit…", ButtonQuiet, nil)
		c := NewAfter(10, text, button)
		c.Resize(fyne.NewSize(width, c.MinSize().Height))
		c.Resize(fyne.NewSize(width, c.MinSize().Height))
		natural := text.measure().width(name)
		if want := fyne.Min(natural, width-10-button.MinSize().Width) + 10; button.Position().X < want-0.1 || button.Position().X > want+1 {
			t.Errorf("%.12s: the button begins at %v, not %v", name, button.Position().X, want)
		}
		if end := button.Position().X + button.Size().Width; end > width {
			t.Errorf("%.12s: the button ends at %v", name, end)
		}
		if end := button.Position().Y + button.Size().Height; end > text.measure().lineHeight()+1 {
			t.Errorf("%.12s: the button ends below the first line, at %v", name, end)
		}
		if c.MinSize().Height > 2*text.measure().lineHeight()+1 {
			t.Errorf("%.12s: %v high", name, c.MinSize().Height)
		}
		button.Hide()
		c.Refresh()
		if want := fyne.Min(natural, width); text.Size().Width < want-0.1 {
			t.Errorf("%.12s: without the button, the text has %v of %v", name, text.Size().Width, want)
		}
	}
}

// Where a word of the text would be broken that has room in the whole width, the button goes
// below.
func TestAfterBreaksNoWord(t *testing.T) {
	fynetest.NewTempApp(t)
	text, button := NewHeading("Ola Brandvold"), NewSmallButton("Change it", ButtonQuiet, nil)
	width := text.longestWord() + 20
	column := NewColumn(0, NewAfter(10, text, button))
	show(t, column, width, 300)
	if markup := fynetest.RenderObjectToMarkup(text); !strings.Contains(markup, ">Brandvold<") {
		t.Errorf("a word is broken: %s", markup)
	}
	if at := button.Position(); at.X != 0 || at.Y < text.Size().Height {
		t.Errorf("the button is at %v, the text is %v high", at, text.Size().Height)
	}
	if end := button.Position().Y + button.Size().Height; column.MinSize().Height < end {
		t.Errorf("it asks for %v and ends at %v", column.MinSize().Height, end)
	}
}
