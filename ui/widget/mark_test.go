package widget

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/theme"
)

// TestMarksAreDrawn finds each mark drawn in its tile, in the colour of text in both
// themes: neither nothing nor a full square, which a path that was misread gives.
func TestMarksAreDrawn(t *testing.T) {
	themed(t)
	for _, name := range providers.Marks() {
		for _, choice := range []theme.Choice{theme.ChoiceLight, theme.ChoiceDark} {
			fyne.CurrentApp().Settings().SetTheme(theme.New(choice))
			tile := NewMonogram("", false)
			tile.SetMark(providers.Mark(name))
			w := show(t, tile, monogramSize, monogramSize)
			picture := w.Canvas().Capture()
			ground := color.NRGBAModel.Convert(theme.New(choice).Color(theme.ColorRail, 0))
			var ink, all int
			b := picture.Bounds()
			from, to := int((monogramSize-markSize)/2), int((monogramSize+markSize)/2)
			for y := b.Min.Y + from; y < b.Min.Y+to; y++ {
				for x := b.Min.X + from; x < b.Min.X+to; x++ {
					all++
					if color.NRGBAModel.Convert(picture.At(x, y)) != ground {
						ink++
					}
				}
			}
			if share := float64(ink) / float64(all); share < 0.2 || share > 0.97 {
				t.Errorf("%s, %v: %.2f of the square is drawn", name, choice, share)
			}
		}
	}
}
