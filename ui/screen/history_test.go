package screen

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/ui/state"
)

// withPast has a history of n refreshes, the newest of which has changes.
func withPast(n int) state.State {
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, state.TabActivity, nil, state.Notice{}
	st.History = state.HistoryPage{Account: "a"}
	for i := range n {
		st.History.Entries = append(st.History.Entries, history.Entry{
			Kind: history.Refreshed, At: st.Now.Add(-time.Duration(i) * time.Hour), Token: "3f9a1c2e", Rotated: true,
		})
	}
	if n > 0 {
		st.History.Entries[0].Changes = &history.Changes{Claims: []history.ClaimChange{
			{Token: history.IDToken, Claim: "roles", Before: strings.Repeat("before", 20), After: strings.Repeat("after", 24)},
		}}
	}
	return st
}

func TestHistoryFits(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1000, 680), fyne.NewSize(720, 520)} {
		w, win := open(t, size)
		for _, n := range []int{0, 1, 200} {
			w.Render(withPast(n))
			win.Resize(size)
			if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
				t.Errorf("%d entries need %v", n, m)
			}
			s := texts(win)
			want := []string{">History<"}
			switch n {
			case 0:
				want = append(want, "Sign-ins, refreshes")
			case 1:
				want = append(want, ">Today<", ">Refreshed<", ">12:00<", ">1 change<", ">1 entry<")
			default:
				want = append(want, ">200 entries<", ">Show 160 older entries<")
			}
			for _, text := range want {
				if !strings.Contains(s, text) {
					t.Errorf("%d entries at %v: %q is not drawn", n, size, text)
				}
			}
		}
	}
}

// What changed is folded; the whole of it is there once it is unfolded, however
// long.
func TestChangesUnfold(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := withPast(3)
	w.Render(st)
	if strings.Contains(texts(win), "before") {
		t.Error("the changes are not folded")
	}
	st.History.Open = map[string]bool{st.History.Lines(st.Now)[1].Key: true}
	w.Render(st)
	drawn := strings.NewReplacer("<", "", " ", "").Replace(onlyTexts(texts(win)))
	for _, whole := range []string{strings.Repeat("before", 20), strings.Repeat("after", 24), "~claimroles"} {
		if !strings.Contains(drawn, whole) {
			t.Errorf("%q is cut", whole)
		}
	}
}

// onlyTexts joins everything that is drawn.
func onlyTexts(markup string) string {
	var b strings.Builder
	for line := range strings.Lines(markup) {
		text := strings.TrimSpace(line)
		if i := strings.Index(text, ">"); strings.HasPrefix(text, "<text") && i > 0 {
			b.WriteString(strings.TrimSuffix(text[i+1:], "</text>"))
		}
	}
	return b.String()
}

// The keyboard goes through the history, the page follows it, and Enter unfolds.
func TestTheKeyboardUnfoldsChanges(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := withPast(200)
	last := &st.History.Entries[39]
	last.Changes = &history.Changes{ScopesGained: []string{"x"}}
	w.Render(st)
	win.Resize(fyne.NewSize(720, 520))
	h := w.pages[state.RouteAccount].(*account).tabs[state.TabActivity].(*activity).past
	win.Canvas().Focus(h.list)
	press := func(key fyne.KeyName) { h.list.TypedKey(&fyne.KeyEvent{Name: key}) }
	press(fyne.KeyReturn) // on the day: nothing folds there
	before := w.driver.AbsolutePositionForObject(h.list).Y
	press(fyne.KeyEnd)
	if after := w.driver.AbsolutePositionForObject(h.list).Y; after > before-500 {
		t.Errorf("the page does not follow: the list lay at %v and lies at %v", before, after)
	}
	press(fyne.KeyReturn)
	open := w.kit.store.State().History.Open
	lines := st.History.Lines(st.Now)
	if len(open) != 1 || !open[lines[len(lines)-1].Key] {
		t.Errorf("unfolded: %v", open)
	}
	fynetest.Tap(h.more)
	if !w.kit.store.State().History.All {
		t.Error("the older entries are not asked for")
	}
}
