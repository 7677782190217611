package screen

import (
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/state"
)

func TestANarrowWindowShowsTheListOrThePage(t *testing.T) {
	size := fyne.NewSize(420, 800)
	w, win := open(t, size)
	st := sample()
	st.Route, st.SignOut = state.RouteAccount, nil
	w.Render(st)
	win.Resize(size)
	seen := func(list bool) {
		t.Helper()
		if got := w.rail.object.Visible(); got != list {
			t.Errorf("the list is shown: %v, want %v", got, list)
		}
		focused, ok := win.Canvas().Focused().(fyne.CanvasObject)
		if !ok {
			t.Fatal("nothing has the keyboard")
		}
		if at := w.driver.AbsolutePositionForObject(focused); at == (fyne.Position{}) {
			t.Errorf("%s has the keyboard and is not in the window", named(focused))
		}
	}
	seen(false)
	fynetest.Tap(w.pane.Bar())
	seen(true)
	if got := w.rail.object.Size().Width; got < 380 {
		t.Errorf("the list is %v wide", got)
	}
	w.rail.open(0)
	seen(false)
	fynetest.Tap(w.pane.Bar())
	st.Route = state.RouteSettings
	w.Render(st)
	seen(false)
	w.FocusSearch()
	seen(true)
	st.Route, st.ByItself = state.RouteAccount, true
	w.Render(st)
	seen(true) // who types is left alone
	win.Resize(fyne.NewSize(1000, 680))
	if !w.rail.object.Visible() || !w.main.Visible() || w.pane.Bar().Visible() {
		t.Error("a wide window does not show both")
	}
	w.Render(state.State{Route: state.RouteLocked, Now: st.Now})
	win.Resize(size)
	if w.rail.object.Visible() || w.pane.Bar().Visible() {
		t.Error("the list is to be reached while the vault is locked")
	}
}

func TestLargeTextInAWideWindowShowsOnePart(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	fyne.CurrentApp().Settings().SetTheme(large())
	st := sample()
	st.Route, st.SignOut = state.RouteAccount, nil
	w.Render(st)
	win.Resize(fyne.NewSize(1000, 680))
	if w.rail.object.Visible() || !w.pane.Bar().Visible() {
		t.Error("text of twice the size shares the window with the list")
	}
}
