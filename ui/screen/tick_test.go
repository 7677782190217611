package screen

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
)

// watched is an app whose driver notes what asks to be drawn.
type watched struct {
	fyne.App
	driver watchedDriver
}

func (w watched) Driver() fyne.Driver { return w.driver }

type watchedDriver struct {
	fyne.Driver
	asked *[]fyne.CanvasObject
}

// CanvasForObject is what everything asks for that wants to be drawn.
func (d watchedDriver) CanvasForObject(o fyne.CanvasObject) fyne.Canvas {
	*d.asked = append(*d.asked, o)
	return d.Driver.CanvasForObject(o)
}

// watchDraws returns what was drawn since it was asked last.
func watchDraws(t *testing.T) func() []fyne.CanvasObject {
	t.Helper()
	app := fyne.CurrentApp()
	var asked []fyne.CanvasObject
	fyne.SetCurrentApp(watched{app, watchedDriver{app.Driver(), &asked}})
	t.Cleanup(func() { fyne.SetCurrentApp(app) })
	return func() []fyne.CanvasObject {
		got := asked
		asked = nil
		return got
	}
}

// parts are an object and all that is in it.
func parts(o fyne.CanvasObject) []fyne.CanvasObject {
	all := []fyne.CanvasObject{o}
	var inside []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		inside = o.Objects
	case fyne.Widget:
		inside = fynetest.WidgetRenderer(o).Objects()
	}
	for _, part := range inside {
		all = append(all, parts(part)...)
	}
	return all
}

// ticking is an account's page that is as old as it says.
func ticking(tab state.Tab) state.State {
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, tab, nil, state.Notice{}
	a := st.Account()
	a.ExpiresAt, a.VerifiedAt, a.GroupsAt = st.Now.Add(8*time.Minute), st.Now.Add(-3*time.Hour), st.Now.Add(-3*time.Hour)
	st.TokenPage.ID.IssuedAt, st.TokenPage.ID.ExpiresAt = time.Time{}, time.Time{}
	return st
}

// An account page that no one touches draws only what time changes: the phrase
// that says how long the token is good, and nothing at all between two changes.
func TestATickDrawsOnlyWhatChanged(t *testing.T) {
	for _, tab := range []state.Tab{state.TabProfile, state.TabGroups, state.TabTokens, state.TabActivity} {
		t.Run(string(tab), func(t *testing.T) {
			w, win := open(t, fyne.NewSize(1000, 680))
			st := ticking(tab)
			w.Render(st)
			win.Resize(fyne.NewSize(1000, 680))
			a := w.pages[state.RouteAccount].(*account)
			counted := watchDraws(t)
			tick := func(d time.Duration) {
				st.Now, st.Ticked = st.Now.Add(d), true
				w.Render(st)
			}
			tick(time.Second) // 7:59 left
			got, chips := counted(), parts(a.chips)
			if len(got) == 0 {
				t.Error("one minute less is not drawn")
			}
			for _, o := range got {
				if !slices.Contains(chips, o) {
					t.Errorf("one minute less draws a %T, too", o)
				}
			}
			tick(30 * time.Second)
			if got := counted(); len(got) > 0 {
				t.Errorf("half a minute less draws %d objects, the first a %T", len(got), got[0])
			}
			// If the words need more room, the page is laid out again.
			st.Account().State = auth.StateOffline
			tick(time.Second)
			if !a.reason.Visible() || a.reason.Size().Height < 40 {
				t.Errorf("the banner has no room: %v", a.reason.Size())
			}
		})
	}
}
