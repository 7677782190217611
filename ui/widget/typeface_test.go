package widget

import (
	"bytes"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/go-text/typesetting/font"
)

// Every letter that is drawn in a style's own font alone is in that font.
func TestTypefacesHaveTheirLetters(t *testing.T) {
	for _, style := range []fyne.TextStyle{{Bold: true}, {Monospace: true}, {Monospace: true, Bold: true}} {
		own := typeface("", style)
		face, err := font.ParseTTF(bytes.NewReader(own.Content()))
		if err != nil {
			t.Fatal(err)
		}
		letters := 0
		for r := rune(0); r < 0x3000; r++ {
			if !latin(r) {
				continue
			}
			letters++
			if _, ok := face.NominalGlyph(r); !ok {
				t.Errorf("%s has no %U", own.Name(), r)
			}
		}
		if letters < 300 {
			t.Errorf("%d letters", letters)
		}
	}
}

// What a style's own font may not have is drawn with all that the theme and the system
// have, and both are as wide where both can draw.
func TestOtherLettersHaveEveryFont(t *testing.T) {
	test.NewTempApp(t)
	bold := fyne.TextStyle{Bold: true}
	for text, own := range map[string]bool{
		"Größe – “Łódź”…": true, "": true,
		"Anna 😀": false, "1️⃣": false, "Ελένη": false, "山田": false, "שלום": false, "→": false, "a\tb": false, "e\u0301": false,
	} {
		if got := typeface(text, bold) != nil; got != own {
			t.Errorf("%q: its style's font alone: %v", text, got)
		}
		m := measure{size: 14, style: bold}
		if got, want := m.width(text), fyne.MeasureText(text, 14, bold).Width; got != want {
			t.Errorf("%q is %v wide, not %v", text, got, want)
		}
	}
}
