package screen

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// emptyStates are the pages with nothing to show, each with the drawing that it has then.
func emptyStates() map[string]struct {
	drawing widget.Drawing
	state   state.State
} {
	type empty = struct {
		drawing widget.Drawing
		state   state.State
	}
	at := func(drawing widget.Drawing, change func(*state.State)) empty {
		st := sample()
		st.Route, st.SignOut = state.RouteAccount, nil
		change(&st)
		return empty{drawing, st}
	}
	noGroups := func(st *state.State) {
		a := *st.Accounts[0]
		a.Groups, a.Missing = nil, nil
		st.Accounts, st.Groups, st.Tab = []*auth.Account{&a}, nil, state.TabGroups
	}
	return map[string]empty{
		"no account": at(widget.DrawingAccounts, func(st *state.State) {
			*st = state.State{Route: state.RouteWelcome, Providers: st.Providers, Now: st.Now, Settings: st.Settings}
		}),
		"accounts that could not be read": at(widget.DrawingAccounts, func(st *state.State) {
			*st = state.State{Route: state.RouteWelcome, Providers: st.Providers, Now: st.Now, Settings: st.Settings, Unread: true}
		}),
		"no account found": at(widget.DrawingSearch, func(st *state.State) { st.Search = "xyz" }),
		"no groups":        at(widget.DrawingGroups, noGroups),
		"groups not asked for": at(widget.DrawingGroups, func(st *state.State) {
			noGroups(st)
			st.Accounts[0].GroupsAsked = false
		}),
		"no group found":             at(widget.DrawingSearch, func(st *state.State) { st.Tab, st.Groups, st.GroupFilter = state.TabGroups, nil, "xyz" }),
		"no history":                 at(widget.DrawingHistory, func(st *state.State) { st.Tab = state.TabActivity }),
		"no receipts":                at(widget.DrawingReceipts, func(st *state.State) { st.Route = state.RouteQueue }),
		"no programs":                at(widget.DrawingPrograms, func(st *state.State) { st.Route = state.RoutePrograms }),
		"no programs of the account": at(widget.DrawingPrograms, func(st *state.State) { st.Tab = state.TabPrograms }),
		"no tokens":                  at(widget.DrawingTokens, func(st *state.State) { st.Tab, st.TokenPage = state.TabTokens, state.TokenPage{Account: "a"} }),
		"no request": at(widget.DrawingRequest, func(st *state.State) {
			st.Tab, st.Try = state.TabTry, state.TryPage{Account: "a", Known: &tryit.Page{}}
		}),
		"no token to inspect":    at(widget.DrawingInspector, func(st *state.State) { st.Route, st.Inspector = state.RouteInspector, state.InspectorPage{} }),
		"nothing in the palette": at(widget.DrawingSearch, func(st *state.State) { st.Palette = &state.Palette{Query: "xyz"} }),
	}
}

// TestEveryEmptyPlaceHasADrawing: what is empty says so with a drawing and words, which
// are what a screen reader says.
func TestEveryEmptyPlaceHasADrawing(t *testing.T) {
	for name, e := range emptyStates() {
		w, _ := open(t, fyne.NewSize(1000, 1600))
		w.Render(e.state)
		var found []string
		walk(w.Content(), laid{clipTo: fyne.NewPos(1000, 1600)}, func(at laid) bool {
			if d, ok := at.o.(interface{ Drawing() widget.Drawing }); ok {
				found = append(found, string(d.Drawing()))
			}
			return true
		})
		if !strings.Contains(fmt.Sprint(found), string(e.drawing)) {
			t.Errorf("%s: the drawings are %q, want %s", name, found, e.drawing)
		}
	}
}
