package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/state"
)

// notch is what Fyne makes of a turn of the wheel towards the person.
const notch float32 = -25

// scrolledBy turns the wheel over an object and says how far another one moved up.
func scrolledBy(w *Window, win fyne.Window, over, seen fyne.CanvasObject) float32 {
	before := w.driver.AbsolutePositionForObject(seen).Y
	fynetest.Scroll(win.Canvas(), w.driver.AbsolutePositionForObject(over).AddXY(20, 10), 0, notch)
	return before - w.driver.AbsolutePositionForObject(seen).Y
}

// The page goes on under the wheel if the pointer meets a field on the way, at a
// speed that is known from elsewhere.
func TestTheWheelTurnsThePageOverFields(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := sample()
	st.Route, st.Notice = state.RouteFile, state.Notice{}
	st.File.Text = strings.Repeat("key = \"value\"\n", 60)
	w.Render(st)
	win.Resize(fyne.NewSize(720, 520))
	f := w.pages[state.RouteFile].(*file)
	title := f.head.title
	over := map[string]fyne.CanvasObject{"the title": title, "a text area": f.text}
	win.Canvas().Unfocus()
	for name, o := range over {
		f.page.ScrollToTop()
		if by := scrolledBy(w, win, o, title); by < 60 || by > 120 {
			t.Errorf("a notch over %s turns the page by %v", name, by)
		}
	}
	// Whoever writes in a long text turns the text, to its end.
	f.page.ScrollToTop()
	win.Canvas().Focus(f.text)
	f.page.ScrollToTop()
	if by := scrolledBy(w, win, f.text, title); by != 0 {
		t.Errorf("the page turns by %v under the text that is written in", by)
	}
	var by float32
	for range 100 {
		if by = scrolledBy(w, win, f.text, title); by != 0 {
			break
		}
	}
	if by == 0 {
		t.Error("at the end of the text the wheel stops")
	}
}

func TestTheWheelTurnsThePageOverALine(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := sample()
	st.Route, st.Notice = state.RouteSetup, state.Notice{}
	w.Render(st)
	win.Resize(fyne.NewSize(720, 520))
	s := w.pages[state.RouteSetup].(*setup)
	if by := scrolledBy(w, win, s.clientID, s.clientID); by < 60 {
		t.Errorf("a notch over a field turns the page by %v", by)
	}
}

func TestTheWheelTurnsTheGroups(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, state.TabGroups, nil, state.Notice{}
	w.Render(st)
	win.Resize(fyne.NewSize(1000, 680))
	g := w.pages[state.RouteAccount].(*account).tabs[state.TabGroups].(*groups)
	scrolledBy(w, win, g.list, g.list)
	if by := g.list.GetScrollOffset(); by < 60 || by > 120 {
		t.Errorf("a notch turns the groups by %v", by)
	}
	a := w.pages[state.RouteAccount].(*account)
	for name, o := range map[string]fyne.CanvasObject{"the filter": g.filter, "the name": a.name} {
		before := g.list.GetScrollOffset()
		scrolledBy(w, win, o, o)
		if g.list.GetScrollOffset() <= before {
			t.Errorf("over %s the wheel stops", name)
		}
	}
}
