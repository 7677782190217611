package screen

import (
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// TestListsHaveRoom: in a low window with large text, a few rows of each list that is
// shown are to be seen, if need be with the head of the page out of sight.
func TestListsHaveRoom(t *testing.T) {
	speak(t, "de")
	for _, size := range []fyne.Size{{Width: 720, Height: 520}, {Width: 420, Height: 800}, {Width: 420, Height: 520}} {
		fyne.CurrentApp().Settings().SetTheme(large())
		for _, n := range notable(t) {
			w, win, end := openIn(fyne.CurrentApp(), size)
			w.Render(n.make())
			win.Resize(size)
			if h, ok := w.pages[w.shown].object().(*widget.Headed); ok {
				h.BringIntoView(size.Height, 2*size.Height)
			}
			walk(w.Content(), laid{clipTo: fyne.NewPos(size.Width, size.Height)}, func(at laid) bool {
				list, ok := at.o.(*widget.List)
				if !ok || list.Length() < 3 {
					return true
				}
				from, to := at.seen()
				if high := to.Y - from.Y; high < 2.5*list.MinSize().Height {
					t.Errorf("%s, %vx%v: %v of a list whose rows are %v high", n.name, size.Width, size.Height, high, list.MinSize().Height)
				}
				return false
			})
			end()
		}
	}
}

// TestTheHeadGoesOutOfSight: where the head of an account leaves its tabs no room, the
// wheel takes it away before it turns the tab, and the keyboard brings back what it is on.
func TestTheHeadGoesOutOfSight(t *testing.T) {
	size := fyne.NewSize(720, 520)
	w, win := open(t, size)
	fyne.CurrentApp().Settings().SetTheme(large())
	st := sample()
	st.Route, st.Tab, st.SignOut = state.RouteAccount, state.TabGroups, nil
	w.Render(st)
	win.Resize(size)
	page := w.pages[state.RouteAccount].(*account)
	list := page.tabs[state.TabGroups].(*groups).list
	y := func(o fyne.CanvasObject) float32 { return w.driver.AbsolutePositionForObject(o).Y }
	down := func(notches float32) {
		at := fyne.NewPos(size.Width/2, size.Height-30) // the message below hands the wheel on
		fynetest.Scroll(win.Canvas(), at, 0, -notches)
	}
	was := y(page.copy)
	down(60)
	if y(page.copy) >= was || list.GetScrollOffset() != 0 {
		t.Errorf("after the first turn the head is at %v, as before, or the list at %v", y(page.copy), list.GetScrollOffset())
	}
	for range 20 {
		down(60)
	}
	if end := y(page.bar) + page.bar.Size().Height; end > w.driver.AbsolutePositionForObject(page.all).Y+1 {
		t.Errorf("the head is in sight down to %v", end)
	}
	if list.GetScrollOffset() == 0 {
		t.Error("the list is not turned")
	}
	w.canvas.Focus(page.copy)
	if at := y(page.copy); at < w.driver.AbsolutePositionForObject(page.all).Y || at > size.Height {
		t.Errorf("the button with the keyboard is at %v", at)
	}
	st = sample()
	st.Route, st.Tab = state.RouteAccount, state.TabGroups
	w.Render(st)
	if at := y(page.ask.card); at > size.Height/2 {
		t.Errorf("the question before a sign-out begins at %v of %v", at, size.Height)
	}
	win.Resize(fyne.NewSize(1000, 1400))
	st.SignOut = nil
	w.Render(st)
	if y(page.bar) < 0 || y(page.copy) < 0 {
		t.Error("a high window does not show the head")
	}
}
