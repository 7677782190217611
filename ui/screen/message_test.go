package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
)

// A message lies over nothing: not on an error, not on a button, on no page and in
// no window.
func TestAMessageCoversNothing(t *testing.T) {
	for _, size := range sizes() {
		w, win := open(t, size)
		for _, r := range routes() {
			st := sample()
			st.Route = r
			st.Notice = state.Notice{Kind: state.NoticeWarn, Text: strings.Repeat("Something to know. ", 12), Choose: true}
			w.Render(st)
			win.Resize(size)
			at := w.driver.AbsolutePositionForObject
			page := w.main.Objects[0]
			if end := at(page).Y + page.Size().Height; end > at(w.notice).Y {
				t.Errorf("%s at %v: the page ends at %v, the message begins at %v", r, size, end, at(w.notice).Y)
			}
			if end := at(w.notice).Y + w.notice.Size().Height; end > size.Height {
				t.Errorf("%s at %v: the message ends at %v", r, size, end)
			}
			top := at(page).Y
			st.Notice = state.Notice{}
			w.Render(st)
			if page.Size().Height != w.main.Size().Height || at(page).Y != top {
				t.Errorf("%s at %v: without a message the page is %v high of %v", r, size, page.Size().Height, w.main.Size().Height)
			}
		}
	}
}

// A long token that is being selected stays where it is.
func TestAMessageMovesNoLongToken(t *testing.T) {
	size := fyne.NewSize(720, 520)
	w, win := open(t, size)
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, state.TabTokens, nil, state.Notice{}
	st.TokenPage.Access = &state.TokenView{Title: "Access token", Raw: providers.NewSecret(strings.Repeat("x", 20<<10)), Shown: true}
	w.Render(st)
	win.Resize(size)
	token := w.pages[state.RouteAccount].(*account).tabs[state.TabTokens].(*tokens).access.token
	win.Canvas().Focus(token)
	before := w.driver.AbsolutePositionForObject(token)
	st.Notice = state.Notice{Kind: state.NoticeGood, Text: "Access token copied."}
	w.Render(st)
	if after := w.driver.AbsolutePositionForObject(token); after != before {
		t.Errorf("the token lay at %v and lies at %v", before, after)
	}
}

// The button that was pressed stays in sight when a message takes its place.
func TestAMessageLeavesThePressedButtonInSight(t *testing.T) {
	size := fyne.NewSize(720, 520)
	w, win := open(t, size)
	st := sample()
	st.Route, st.Notice = state.RouteSetup, state.Notice{}
	w.Render(st)
	win.Resize(size)
	s := w.pages[state.RouteSetup].(*setup)
	win.Canvas().Focus(s.save)
	st.Notice = state.Notice{Kind: state.NoticeGood, Text: "Saved."}
	w.Render(st)
	end := w.driver.AbsolutePositionForObject(s.save).Y + s.save.Size().Height
	if begins := w.driver.AbsolutePositionForObject(w.notice).Y; end > begins {
		t.Errorf("the button ends at %v, the message begins at %v", end, begins)
	}
}

// What stays can be closed, and what goes by itself has no button.
func TestAMessageThatStaysCanBeClosed(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	for _, stays := range []bool{true, false} {
		st := sample()
		st.Notice = state.Notice{Kind: state.NoticeGood, Text: "Saved.", Stays: stays}
		w.Render(st)
		if at := w.driver.AbsolutePositionForObject(w.ok); w.notice.Visible() && (at != fyne.Position{}) != stays {
			t.Errorf("stays: %v, and the button is at %v", stays, at)
		}
	}
}
