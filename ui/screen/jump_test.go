package screen

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// placed are the places of the controls and words that are shown.
func placed(w *Window, size fyne.Size) map[fyne.CanvasObject]fyne.Position {
	out := map[fyne.CanvasObject]fyne.Position{}
	walk(w.Content(), laid{clipTo: fyne.NewPos(size.Width, 1e6)}, func(at laid) bool {
		_, control := at.o.(fyne.Focusable)
		t, words := at.o.(*widget.Text)
		if control || words && t.Text() != "" {
			out[at.o] = at.pos
		}
		return true
	})
	return out
}

// TestNothingJumpsWhenItIsThere: what is shown while something is being read stays where
// it is when that is there.
func TestNothingJumpsWhenItIsThere(t *testing.T) {
	account := func(tab state.Tab) state.State {
		st := sample()
		st.Route, st.SignOut, st.Tab, st.Notice = state.RouteAccount, nil, tab, state.Notice{}
		return st
	}
	type load struct{ before, after state.State }
	loads := map[string]load{}
	add := func(name string, before state.State, change func(*state.State)) {
		after := before
		change(&after)
		loads[name] = load{before, after}
	}
	add("picture", account(state.TabProfile), func(st *state.State) {
		st.Pictures = map[string][]byte{"a": []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")}
	})
	tokens := account(state.TabTokens)
	loaded := tokens.TokenPage
	tokens.TokenPage = state.TokenPage{Account: "a", Loading: true}
	add("tokens", tokens, func(st *state.State) { st.TokenPage = loaded })
	add("no tokens", tokens, func(st *state.State) { st.TokenPage.Loading = false })
	history := account(state.TabActivity)
	history.History = state.HistoryPage{Account: "a", Loading: true}
	add("history", history, func(st *state.State) { st.History = state.HistoryPage{Account: "a"} })
	try := account(state.TabTry)
	try.Try = state.TryPage{Account: "a", Form: 1, TryFields: state.TryFields{Method: "GET"}}
	known := &tryit.Page{Suggestions: []tryit.Suggestion{{Title: "Userinfo"}, {Title: "Projects"}}}
	add("suggestions", try, func(st *state.State) { st.Try.Known = known })
	try.Try.Known = known
	add("a request", try, func(st *state.State) { st.Try.Sending = true })
	try.Try.Sending = true
	add("a response", try, func(st *state.State) {
		st.Try.Sending, st.Try.Answer = false, &tryit.Answer{Status: 200, Kind: tryit.Empty, Took: time.Second}
	})
	grants := state.ProgramsPage{Read: true, Grants: []consent.Grant{{ID: "1", Account: "a", Path: "/usr/bin/curl", Given: try.Now}}}
	unread := account(state.TabPrograms)
	unread.Programs = state.ProgramsPage{}
	add("the account's programs", unread, func(st *state.State) { st.Programs = grants })
	palette := account(state.TabProfile)
	palette.Palette = &state.Palette{Reading: true, Found: []state.PaletteEntry{{Kind: state.EntryCommand, Title: "Settings"}}}
	add("the palette's groups", palette, func(st *state.State) {
		p := *st.Palette
		p.Reading = false
		st.Palette = &p
	})
	for name, l := range loads {
		for _, size := range []fyne.Size{{Width: 1000, Height: 680}, {Width: 420, Height: 800}} {
			w, win := open(t, size)
			w.Render(l.before)
			win.Resize(size)
			before := placed(w, size)
			w.Render(l.after)
			n := 0
			for o, at := range placed(w, size) {
				was, there := before[o]
				if !there {
					continue
				}
				n++
				if moved := at.Subtract(was); max(moved.X, -moved.X, moved.Y, -moved.Y) > 0.5 {
					t.Errorf("%s, %v: %s moves from %v to %v", name, size, named(o), was, at)
				}
			}
			if n < 5 {
				t.Errorf("%s, %v: only %d things stay", name, size, n)
			}
		}
	}
}
