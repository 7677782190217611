package screen

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/words"
)

// withSteps has an account of which something was sent and received, and which ends.
func withSteps() (state.State, []trace.Event) {
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, state.TabActivity, nil, state.Notice{}
	long := strings.Repeat("مفتاح🔑", 80)
	steps := []trace.Event{
		{Step: trace.StepExchange, Phase: trace.Started, At: st.Now},
		{Step: trace.StepExchange, Phase: trace.Done, At: st.Now.Add(time.Second), Exchange: &trace.Exchange{
			Method: "POST", URL: "https://login.example/token", Status: 200,
			Sent: map[string]string{"grant_type": "authorization_code", "scope": long}, Received: map[string]string{"token_type": "Bearer"},
		}},
		{Step: trace.StepStore, Phase: trace.Done, At: st.Now.Add(2 * time.Second)},
	}
	a := *st.Accounts[0]
	a.Steps = steps
	a.Ends = []auth.Forecast{
		{At: st.Now.Add(40 * time.Minute), Why: auth.EndOfAccess, Sure: auth.Stated, Moves: true},
		{At: st.Now.Add(30 * 24 * time.Hour), Why: auth.EndByRule, Sure: auth.Possible, Detail: long},
	}
	st.Accounts = append([]*auth.Account{&a}, st.Accounts[1:]...)
	st.Selected = a.ID
	st.History = state.HistoryPage{Account: a.ID, Entries: []history.Entry{{Kind: history.SignedIn, At: st.Now, Token: "3f9a1c2e", Steps: steps}}}
	return st, steps
}

// A step opens, by keyboard too, to what was sent and received; what ends stands on a line
// and in words; an earlier sign-in opens to its steps. All of it fits.
func TestStepsOpen(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1000, 680), fyne.NewSize(720, 520)} {
		w, win := open(t, size)
		st, steps := withSteps()
		w.Render(st)
		win.Resize(size)
		drawn := texts(win)
		for _, want := range []string{">What ends when<", ">Now<", ">1  Access token ends<", ">2  Limit of the provider<", ">Steps<", ">Save report…<"} {
			if !strings.Contains(drawn, want) {
				t.Errorf("%v: %q is not drawn", size, want)
			}
		}
		if strings.Contains(drawn, "sent grant_type") {
			t.Error("the steps are not folded")
		}
		a := w.pages[state.RouteAccount].(*account).tabs[state.TabActivity].(*activity)
		win.Canvas().Focus(a.fall)
		if win.Canvas().Focused() != fyne.Focusable(a.fall) {
			t.Fatal("the keyboard does not reach the steps")
		}
		a.fall.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		opened := w.kit.store.State().History.Open
		key := words.ActivityRows(steps)[0].Key()
		if !opened[key] {
			t.Fatalf("Enter opened %v, want %q", opened, key)
		}
		st.History.Open = map[string]bool{key: true, st.History.Lines(st.Now)[1].Key: true}
		w.Render(st)
		win.Resize(size)
		drawn = onlyTexts(texts(win))
		for _, want := range []string{"sent grant_type", "authorization_code", "received token_type", "https://login.example/token", "200 OK"} {
			if !strings.Contains(strings.ReplaceAll(drawn, "\n", ""), want) {
				t.Errorf("%v: opened, %q is not drawn", size, want)
			}
		}
		if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
			t.Errorf("it needs %v", m)
		}
		a.fall.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		a.fall.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // nothing to open there
		if n := len(w.kit.store.State().History.Open); n != 1 {
			t.Errorf("%d are open", n)
		}
	}
}
