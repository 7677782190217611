package screen

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// compared has n groups of an ID token and an API, of which the first was
// gained, and one that was lost.
func compared(n int) state.State {
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, state.TabGroups, nil, state.Notice{}
	a := *st.Accounts[0]
	token, api := identity.Origin{From: identity.FromIDToken, Name: "Claim"}, identity.Origin{From: identity.FromAPI, Name: "Teams"}
	a.Groups, a.Missing = nil, nil
	for i := range n {
		g := identity.Group{ID: fmt.Sprintf("id-%d", i), Name: fmt.Sprintf("Group %d", i), Kind: "team", Sources: []identity.Origin{token, api}}
		if i%2 == 0 {
			g.Sources = g.Sources[1:]
		}
		a.Groups = append(a.Groups, g)
	}
	if n > 0 {
		a.GroupsChanged = &auth.GroupsChange{
			Since: st.Now.AddDate(0, 0, -3), At: st.Now, Gained: a.Groups[:1], GainedCount: 1,
			Lost: []identity.Group{{ID: "old", Name: "Old guard", Kind: "team"}}, LostCount: 1,
		}
		a.Missing = []identity.Missing{{What: "Organisations", Reason: "an organisation requires single sign-on; sign in there and check again", Link: "https://a.example.com/sso"}}
	}
	st.Accounts = []*auth.Account{&a, st.Accounts[1]}
	st.Groups, st.GroupTable = a.Groups, words.NewGroupTable(&a)
	return st
}

// Where all groups and roles are from is said once, in the person's language.
func TestOneSourceIsSaidOnce(t *testing.T) {
	speak(t, "de")
	w, win := open(t, fyne.NewSize(720, 520))
	st := compared(0)
	a := *st.Accounts[0]
	a.Groups = []identity.Group{
		{ID: "g", Sources: []identity.Origin{{From: identity.FromIDToken, Name: "groups"}}},
		{ID: "r", Kind: "role", Sources: []identity.Origin{{From: identity.FromIDToken, Name: "roles"}}},
	}
	st.Accounts = []*auth.Account{&a, st.Accounts[1]}
	st.Groups, st.GroupTable = a.Groups, words.NewGroupTable(&a)
	w.Render(st)
	if s := texts(win); strings.Count(s, "Quelle: ID-Token") != 1 {
		t.Error(s)
	}
}

// TestGroupsFit: with none, few and many groups, in both sizes of the window,
// everything that is said is drawn, in columns if there is room.
func TestGroupsFit(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1000, 680), fyne.NewSize(720, 520)} {
		w, win := open(t, size)
		for _, n := range []int{0, 3, 10_000} {
			w.Render(compared(n))
			win.Resize(size)
			if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
				t.Errorf("%d groups need %v", n, m)
			}
			s := texts(win)
			want := []string{"No groups"}
			if n > 0 {
				want = []string{"Group 0", ">gained<", "Lost 1", "Sources differ", "an organisation requires"}
			}
			switch {
			case n > 0 && size.Width == 1000:
				want = append(want, ">ID token<", ">yes<", ">no<", "1 gained, 1 lost since", "Open the page for “Organisations”")
			case n > 0:
				want = append(want, "Source: ID token, API (Teams)", ">Details<")
			}
			for _, text := range want {
				if !strings.Contains(s, text) {
					t.Errorf("%d groups at %v: %q is not drawn", n, size, text)
				}
			}
			if strings.Contains(s, "Group 9000") {
				t.Error("not only the visible rows are drawn")
			}
		}
	}
}

// If there is little room, what is missing is one line, until the person wants
// to read it, and with it the page that helps.
func TestMissingGroupsInALowWindow(t *testing.T) {
	size := fyne.NewSize(720, 520)
	w, win := open(t, size)
	w.Render(compared(3))
	g := w.pages[state.RouteAccount].(*account).tabs[state.TabGroups].(*groups)
	if strings.Contains(texts(win), "Open the page") || !g.brief.Visible() {
		t.Fatal("the notice takes the room of the groups")
	}
	fynetest.Tap(g.brief.Objects[2].(*widget.Button))
	if s := texts(win); !strings.Contains(s, "Open the page for “Organisations”") || g.brief.Visible() {
		t.Error("the notice does not unfold")
	}
	other := compared(3)
	other.Accounts[0].ID, other.Selected = "other", "other"
	w.Render(other)
	if !g.brief.Visible() {
		t.Error("it stays unfolded for another account")
	}
}

func TestLostGroupsAreAView(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := compared(3)
	st.GroupView, st.Groups = words.GroupsLost, st.Accounts[0].GroupsChanged.Lost
	w.Render(st)
	if s := texts(win); !strings.Contains(s, "Old guard") || strings.Contains(s, "Group 0") || !strings.Contains(s, ">lost<") {
		t.Error("the lost group is not drawn, or others are")
	}
	st.Groups = nil
	w.Render(st)
	if s := texts(win); !strings.Contains(s, "Choose another view above.") {
		t.Error("an empty view says nothing")
	}
}

// TestTheKeyboardReachesTheGroups: the views and the page that helps can have
// the keyboard.
func TestTheKeyboardReachesTheGroups(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	w.Render(compared(3))
	g := w.pages[state.RouteAccount].(*account).tabs[state.TabGroups].(*groups)
	want := map[fyne.Focusable]string{g.links[0]: "the button of a page", g.list: "the list"}
	for v, chip := range g.views {
		want[chip] = "the view " + string(v)
	}
	win.Canvas().Focus(nil)
	for range 60 {
		win.Canvas().FocusNext()
		delete(want, win.Canvas().Focused())
	}
	for _, what := range want {
		t.Errorf("%s cannot have the keyboard", what)
	}
}

// The menu of a row copies what names the group.
func TestGroupsAreCopied(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	w.Render(compared(3))
	g := w.pages[state.RouteAccount].(*account).tabs[state.TabGroups].(*groups)
	for i, want := range []string{"id-1", "Group 1"} {
		items := g.list.OnMenu(1)
		if len(items) != 2 {
			t.Fatalf("%d items", len(items))
		}
		items[i].Action()
		if got := copied(t); got != want {
			t.Errorf("copied %q, want %q", got, want)
		}
	}
}
