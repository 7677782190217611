package screen

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// strictCanvas reports what should get the keyboard and cannot, being nowhere in the
// window: Fyne only prints that.
type strictCanvas struct {
	fyne.Canvas

	t *testing.T
}

func (c strictCanvas) Focus(f fyne.Focusable) {
	c.Canvas.Focus(f)
	if d, ok := f.(fyne.Disableable); ok && d.Disabled() || c.Focused() == f {
		return
	}
	if o, ok := f.(fyne.CanvasObject); !ok || o.Visible() {
		c.t.Errorf("%T is not in the window when it gets the keyboard", f)
	}
}

// Nothing gets the keyboard before it is in the window.
func TestWhatGetsTheKeyboardIsInTheWindow(t *testing.T) {
	for _, route := range routes() {
		app := fynetest.NewTempApp(t)
		app.Settings().SetTheme(theme.New(theme.ChoiceLight))
		win := app.NewWindow("Claviger")
		store := state.New(context.Background(), state.Services{}, func(func()) {}, func(state.State) {})
		w := New(store, strictCanvas{win.Canvas(), t}, app.Driver(), nil, widget.Keys{})
		win.SetContent(w.Content())
		win.Resize(fyne.NewSize(1000, 680))
		st := sample()
		st.Route = state.RouteWelcome
		w.Render(st)
		st.Route = route
		w.Render(st)
		st.Options.Form, st.Setup.Form, st.Add.Form, st.VaultForm.Form = 2, 2, 2, 2
		w.Render(st)
		win.Close()
		store.Close()
	}
}

// What had the keyboard in a tab that is left is not in the window any more: the tabs have
// it then, also once something lay over the page.
func TestTheTabsHaveTheKeyboardAfterAChange(t *testing.T) {
	app := fynetest.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.ChoiceLight))
	win := app.NewWindow("Claviger")
	t.Cleanup(win.Close)
	store := state.New(context.Background(), state.Services{}, func(func()) {}, func(state.State) {})
	t.Cleanup(store.Close)
	w := New(store, strictCanvas{win.Canvas(), t}, app.Driver(), nil, widget.Keys{})
	win.SetContent(w.Content())
	win.Resize(fyne.NewSize(1000, 680))
	st, _ := withSteps()
	w.Render(st)
	page := w.pages[state.RouteAccount].(*account)
	w.canvas.Focus(page.tabs[state.TabActivity].(*activity).fall)
	st.Tab = state.TabPrograms
	w.Render(st)
	if w.canvas.Focused() != fyne.Focusable(page.bar) {
		t.Errorf("the keyboard is at %T", w.canvas.Focused())
	}
	over := st
	over.Palette = &state.Palette{}
	w.Render(over)
	w.Render(st)
	if w.canvas.Focused() != fyne.Focusable(page.bar) {
		t.Errorf("after the palette, the keyboard is at %T", w.canvas.Focused())
	}
	// Who goes through the list of accounts stays there.
	w.canvas.Focus(w.rail.rows[1])
	st.Selected, st.Tab = "b", state.TabProfile
	w.Render(st)
	if w.canvas.Focused() != fyne.Focusable(w.rail.rows[1]) {
		t.Errorf("after another account was chosen, the keyboard is at %T", w.canvas.Focused())
	}
}

// A menu goes with the page that it belongs to, such as when the vault locks by itself: it
// would still copy what stood there.
func TestAMenuGoesWithItsPage(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.SignOut = state.RouteAccount, nil
	w.Render(st)
	facts := w.pages[state.RouteAccount].(*account).tabs[state.TabProfile].(*profile).facts
	facts.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(5, 5)})
	if win.Canvas().Overlays().Top() == nil {
		t.Fatal("no menu")
	}
	w.Render(st)
	if win.Canvas().Overlays().Top() == nil {
		t.Fatal("the same page takes it away")
	}
	st.Route = state.RouteLocked
	w.Render(st)
	if win.Canvas().Overlays().Top() != nil {
		t.Error("the menu stays")
	}
}
