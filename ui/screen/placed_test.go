package screen

import (
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/theme"
)

// What is placed in a page is the widget itself, not what has it in it: Fyne would draw
// that apart, and lay out the other.
func TestWhatIsPlacedIsTheWidget(t *testing.T) {
	app := fynetest.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.ChoiceLight))
	for _, s := range notable(t) {
		w, _, end := openIn(app, fyne.NewSize(1000, 680))
		w.Render(s.make())
		walk(w.Content(), laid{o: w.Content()}, func(at laid) bool {
			if _, ok := at.o.(fyne.Widget); ok && strings.HasSuffix(reflect.Indirect(reflect.ValueOf(at.o)).Type().PkgPath(), "/ui/screen") {
				t.Errorf("%s: %T is placed, not the widget in it", s.name, at.o)
			}
			return true
		})
		end()
	}
}
