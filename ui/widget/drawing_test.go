package widget

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// allDrawings are all of them.
func allDrawings() []Drawing {
	return []Drawing{
		DrawingAccounts, DrawingGroups, DrawingSearch, DrawingHistory, DrawingReceipts, DrawingPrograms, DrawingTokens, DrawingRequest, DrawingInspector,
	}
}

// TestDrawingsAreDrawn finds in each drawing lines of both colours, in light and dark, and
// mostly the ground: a drawing that was misread is nothing, or a full square.
func TestDrawingsAreDrawn(t *testing.T) {
	themed(t)
	files, err := drawings.ReadDir("drawings")
	if err != nil || len(files) != len(allDrawings()) {
		t.Errorf("%d files for %d drawings, %v", len(files), len(allDrawings()), err)
	}
	for _, d := range allDrawings() {
		for _, choice := range []theme.Choice{theme.ChoiceLight, theme.ChoiceDark} {
			look := theme.New(choice)
			fyne.CurrentApp().Settings().SetTheme(look)
			o := newLines(d)
			picture := show(t, o, drawingWidth, drawingHeight).Canvas().Capture()
			ink := map[color.Color]int{}
			b := picture.Bounds()
			for y := b.Min.Y; y < b.Max.Y; y++ {
				for x := b.Min.X; x < b.Max.X; x++ {
					ink[color.NRGBAModel.Convert(picture.At(x, y))]++
				}
			}
			all := b.Dx() * b.Dy()
			if ground := ink[color.NRGBAModel.Convert(picture.At(0, 0))]; ground < all*6/10 {
				t.Errorf("%s, %v: the ground is %d of %d", d, choice, ground, all)
			}
			for _, name := range []fyne.ThemeColorName{theme.ColorMuted, theme.ColorAccent} {
				if ink[color.NRGBAModel.Convert(look.Color(name, 0))] < all/400 {
					t.Errorf("%s, %v: nothing is drawn in %s", d, choice, name)
				}
			}
		}
	}
}
