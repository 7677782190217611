package screen

import (
	"testing"

	"fyne.io/fyne/v2"
)

// BenchmarkPaletteDraws: what a key in the palette changes in the window, beyond the
// search itself, which test/bench measures: twenty other rows of names as long as they
// come. The aim is 16 ms for both.
func BenchmarkPaletteDraws(b *testing.B) {
	w, _ := open(b, fyne.NewSize(1000, 680))
	st := sample()
	st.Palette = found(0)
	w.Render(st)
	for i := 0; b.Loop(); i++ {
		p := found(i % 20)
		if i%2 == 0 {
			p.Found = p.Found[:10]
			p.At %= 10
		}
		st.Palette = p
		w.Render(st)
	}
}
