package screen

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// In high contrast, the ground of a page, of a card and of the list are one colour: what
// is one thing has a line around it.
func TestHighContrastHasLines(t *testing.T) {
	size := fyne.NewSize(1000, 680)
	app := fynetest.NewTempApp(t)
	app.Settings().SetTheme(theme.NewLook(theme.Look{Choice: theme.ChoiceLight, High: true}))
	found := 0
	for _, s := range notable(t) {
		w, win, end := openIn(app, size)
		st := s.make()
		w.Render(st)
		win.Resize(size)
		walk(w.Content(), laid{o: w.Content(), clipTo: fyne.NewPos(size.Width, 1e6)}, func(at laid) bool {
			if _, pane := at.o.(*widget.TwoPane); pane && !w.rail.object.Visible() {
				return true
			}
			switch at.o.(type) {
			case *widget.Card, *widget.ProviderCard, *widget.Chip, *widget.Notice, *widget.TwoPane:
				found++
				if !lined(at.o.(fyne.Widget)) {
					t.Errorf("%s: %v has no line", s.name, at)
				}
			}
			return true
		})
		if s.name == "profile" && (!lined(w.rail.rows[0]) || lined(w.rail.rows[1])) {
			t.Error("the list does not say by a line which account is shown")
		}
		end()
	}
	if found < 100 {
		t.Errorf("only %d things were found", found)
	}
}

// lined reports whether a widget draws a line around its ground.
func lined(w fyne.Widget) bool {
	for _, o := range fynetest.WidgetRenderer(w).Objects() {
		if r, ok := o.(*canvas.Rectangle); ok && o.Visible() && seen(r.FillColor) && r.StrokeWidth > 0 && seen(r.StrokeColor) {
			return true
		}
	}
	return false
}
