package widget

import (
	"testing"

	"fyne.io/fyne/v2"
)

// Two objects stand beside each other while the first has the room that it needs: the
// words of the second are longer in some languages.
func TestBesideLeavesTheFirstItsRoom(t *testing.T) {
	themed(t)
	for _, c := range []struct {
		words string
		width float32
		below bool
	}{{"Copy", 400, false}, {"Copy", 220, true}, {"In die Zwischenablage kopieren", 400, true}, {"In die Zwischenablage kopieren", 600, false}} {
		first, second := NewBody("Mira Okonkwo"), NewButton(c.words, ButtonQuiet, nil)
		o := NewBeside(Beside{Gap: 12, First: 200}, first, second)
		o.Resize(fyne.NewSize(c.width, 80))
		if below := second.Position().X == 0; below != c.below {
			t.Errorf("%s in %v: below it is %v", c.words, c.width, below)
		}
		if want := first.MinSize().Height + 12 + second.MinSize().Height; c.below && o.MinSize().Height != want {
			t.Errorf("%s in %v: %v high, not %v", c.words, c.width, o.MinSize().Height, want)
		}
	}
}
