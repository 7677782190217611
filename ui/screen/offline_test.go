package screen

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// unreachable is an account that was last seen three hours ago, its groups
// three days ago.
func unreachable() state.State {
	st := sample()
	st.Route, st.SignOut, st.Notice = state.RouteAccount, nil, state.Notice{}
	a := *st.Accounts[0]
	a.Groups, a.Missing = a.Groups[:14], nil
	a.State, a.Reason = auth.StateOffline, "the provider could not be reached"
	a.VerifiedAt, a.GroupsAt = st.Now.Add(-3*time.Hour), st.Now.Add(-72*time.Hour)
	st.Accounts[0], st.Groups, st.GroupTable = &a, a.Groups, words.NewGroupTable(&a)
	return st
}

// The page of an account that is offline says so in both sizes of the window, in
// no colour of errors, and the list says the same.
func TestOfflineIsTold(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1000, 680), fyne.NewSize(720, 520)} {
		w, win := open(t, size)
		for tab, want := range map[state.Tab]string{
			state.TabProfile: "As last seen 3 hours ago, today 09:00",
			state.TabGroups:  "May be out of date. Last updated 3 days ago, 7 March 12:00",
		} {
			st := unreachable()
			st.Tab = tab
			w.Render(st)
			win.Resize(size)
			s := texts(win)
			for _, text := range []string{">Offline<", ">Offline, nothing is lost<", ">The provider could not be reached<", "Your token still works until 13:00.", want, ">Try now<"} {
				if !strings.Contains(inOneLine(s), text) {
					t.Errorf("%s at %v: %q is not drawn", tab, size, text)
				}
			}
		}
		acc := w.pages[state.RouteAccount].(*account)
		red := func() bool { return strings.Contains(fynetest.RenderObjectToMarkup(acc.reason), `="error"`) }
		if red() {
			t.Error("being offline is drawn as an error")
		}
		if acc.reason.Set(widget.ToneBad, "", "x"); !red() {
			t.Error("an error is not known by its colour: the test looks for the wrong one")
		}
	}
}

// inOneLine joins the lines of wrapped text in the markup.
func inOneLine(markup string) string {
	var b strings.Builder
	open := false
	for line := range strings.Lines(markup) {
		text := strings.TrimSpace(line)
		if i := strings.Index(text, ">"); strings.HasPrefix(text, "<text") && i > 0 && strings.HasSuffix(text, "</text>") {
			if open {
				b.WriteString(" ")
			} else {
				b.WriteString(">")
			}
			open = true
			b.WriteString(strings.TrimSuffix(text[i+1:], "</text>"))
			continue
		}
		if open {
			b.WriteString("<\n")
		}
		open = false
		b.WriteString(line)
	}
	return b.String()
}

func TestTheClockIsToldWithTheTokens(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	for _, tab := range []state.Tab{state.TabProfile, state.TabTokens} {
		st := unreachable()
		st.Tab = tab
		w.Render(st)
		if strings.Contains(texts(win), "clock is") {
			t.Errorf("%s: a clock that is right is told", tab)
		}
		a := *st.Accounts[0]
		a.ClockSkew = 4 * time.Minute
		st.Accounts[0] = &a
		w.Render(st)
		if s := inOneLine(texts(win)); !strings.Contains(s, "This computer's clock is 4 minutes ahead of the provider's") || !strings.Contains(s, "then press Refresh") {
			t.Errorf("%s: a clock that is off is not told", tab)
		}
	}
}

// Without groups there is nothing to be old, but not having any can be.
func TestNoGroupsHaveAnAge(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := unreachable()
	a := *st.Accounts[0]
	a.Groups = nil
	st.Accounts[0], st.Groups, st.GroupTable, st.Tab = &a, nil, words.NewGroupTable(&a), state.TabGroups
	w.Render(st)
	if s := inOneLine(texts(win)); !strings.Contains(s, "May be out of date. Last updated 3 days ago") {
		t.Error("the age is not drawn")
	}
}

func TestTheKeyboardReachesTryNow(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	w.Render(unreachable())
	a := w.pages[state.RouteAccount].(*account)
	win.Canvas().Focus(nil)
	for range 40 {
		win.Canvas().FocusNext()
		if win.Canvas().Focused() == fyne.Focusable(a.renew) {
			return
		}
	}
	t.Error("the button cannot have the keyboard")
}
