package screen

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// Before something is lost, the keyboard is on the answer that loses nothing.
func TestTheSafeAnswerHasTheKeyboard(t *testing.T) {
	at := func(r state.Route, change func(*state.State)) state.State {
		st := sample()
		st.Route, st.Tab, st.SignOut, st.File.Removing = r, state.TabProfile, nil, false
		if change != nil {
			change(&st)
		}
		return st
	}
	draft := settingUp(secrets(map[string]string{state.FieldClientID: "x"}))
	discarding := draft
	discarding.Discarding = true
	for name, c := range map[string]struct {
		before, after state.State
		safe          func(w *Window) fyne.Focusable
	}{
		"sign out": {
			at(state.RouteAccount, nil), at(state.RouteAccount, func(st *state.State) { st.SignOut = &state.SignOutQuestion{Account: "a", CanRevoke: true} }),
			func(w *Window) fyne.Focusable { return w.pages[state.RouteAccount].(*account).ask.no },
		},
		"remove": {
			at(state.RouteFile, nil), at(state.RouteFile, func(st *state.State) { st.File.Removing = true }),
			func(w *Window) fyne.Focusable { return w.pages[state.RouteFile].(*file).answers.no },
		},
		"servers that are not its own": {
			at(state.RouteAdd, func(st *state.State) { st.Add = state.AddPage{Form: 3} }), at(state.RouteAdd, func(st *state.State) { st.Add = state.AddPage{Form: 3, Agree: foreignServers()} }),
			func(w *Window) fyne.Focusable { return w.pages[state.RouteAdd].(*add).agree.no },
		},
		"discard": {draft, discarding, func(w *Window) fyne.Focusable { return w.pages[state.RouteSetup].(*setup).fill.discard.answers.no }},
	} {
		w, _ := open(t, fyne.NewSize(1000, 680))
		w.Render(c.before)
		w.Render(c.after)
		if w.canvas.Focused() != c.safe(w) {
			t.Errorf("%s: the keyboard is on %T", name, w.canvas.Focused())
		}
	}
}
