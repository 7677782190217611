package screen

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
)

// waitingForNetwork has two things that wait, and the receipts of two sign-outs.
func waitingForNetwork() state.State {
	st := sample()
	st.Route, st.Notice = state.RouteQueue, state.Notice{}
	gone := auth.Result{Outcome: auth.OutcomeDone, Detail: "The account and its tokens were removed from this computer."}
	pending := &auth.Receipt{
		Account: "b", Who: "Ola Brandvold", ProviderName: "Studio", At: st.Now.Add(-time.Minute), Stored: true, Forgotten: gone,
		Revoked: auth.Result{Outcome: auth.OutcomePending, Detail: "Studio could not be reached."}, Proof: auth.Result{Outcome: auth.OutcomePending},
		Retry: &auth.Retry{Tries: 1, Next: st.Now.Add(40 * time.Second)},
	}
	done := &auth.Receipt{
		Account: "c", Who: "Tess Demo", ProviderName: "Demo", At: st.Now.Add(-26 * time.Hour), Stored: true, Forgotten: gone,
		Revoked: auth.Result{Outcome: auth.OutcomeDone, Detail: "Tokens revoked."},
		Proof:   auth.Result{Outcome: auth.OutcomeDone, Detail: "The provider now rejects the refresh token (invalid_grant)."},
	}
	st.Waiting = []auth.Waiting{
		{Kind: auth.WaitingRefresh, Account: "a", Who: strings.Repeat("Maximiliane ", 8), ProviderName: "Demo", Since: st.Now.Add(-3 * time.Hour), Next: st.Now.Add(14 * time.Minute), Reason: "the provider could not be reached", Stored: true},
		{Kind: auth.WaitingRevocation, Account: "b", Who: "Ola Brandvold", ProviderName: "Studio", Since: pending.At, Next: pending.Retry.Next, Reason: "Studio could not be reached", Stored: true},
	}
	st.Receipts = []*auth.Receipt{pending, done}
	st.Receipt = &state.SignedOut{Name: "Ola Brandvold", Provider: "Studio", Receipt: *pending}
	return st
}

func TestQueueFits(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1000, 680), fyne.NewSize(720, 520)} {
		w, win := open(t, size)
		check := func(what string, st state.State, want ...string) {
			t.Helper()
			w.Render(st)
			win.Resize(size)
			if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
				t.Errorf("%s needs %v", what, m)
			}
			s := inOneLine(texts(win))
			for _, text := range want {
				if !strings.Contains(s, text) {
					t.Errorf("%s at %v: %q is not drawn", what, size, text)
				}
			}
		}
		st := waitingForNetwork()
		check("the queue", st, "Waiting for the network", "Revoke access of Ola Brandvold at Studio", ">in 0:40<", ">Try now<",
			"Offline. 2 tasks pending, retried automatically.", "access revoked, verified", "access not revoked yet")
		st.Queue.Open = map[string]bool{"c": true}
		check("a receipt", st, ">Proof<", "The provider now rejects the refresh token (invalid_grant).")
		st.Route = state.RouteReceipt
		check("what waits of a sign-out", st, "Waiting for the network", "next in 40 seconds", "Tried once so far.", ">Try now<")
		st.Waiting, st.Route = nil, state.RouteQueue
		check("a sign-out that can be undone", st, "can still be undone", "access not revoked yet")
		if strings.Contains(texts(win), "All sign-outs are complete") {
			t.Error("a sign-out that can be undone is called complete")
		}
		st.Receipts = nil
		check("nothing", st, "Nothing pending", "Receipts of sign-outs are kept here")
		if s := texts(win); strings.Contains(s, "tasks pending") || strings.Contains(s, "Try now") {
			t.Errorf("at %v something still waits", size)
		}
		r := w.rail
		if at := w.driver.AbsolutePositionForObject(r.signIn).Y + r.signIn.Size().Height; at > size.Height {
			t.Errorf("at %v the rail ends below the window: %v", size, at)
		}
	}
}

// The sentence in the rail takes as many lines as it needs, above the buttons.
func TestTheRailMakesRoom(t *testing.T) {
	for _, before := range []bool{true, false} {
		w, win := open(t, fyne.NewSize(720, 520))
		if before { // nothing waited before
			st := waitingForNetwork()
			st.Waiting = nil
			w.Render(st)
			win.Resize(fyne.NewSize(720, 520))
		}
		w.Render(waitingForNetwork())
		r := w.rail
		lines := strings.Count(fynetest.RenderObjectToMarkup(r.waits), "<text")
		note := w.driver.AbsolutePositionForObject(r.waits).Y + r.waits.Size().Height
		if button := w.driver.AbsolutePositionForObject(r.signIn).Y; note > button || lines < 2 || r.waits.Size().Height < float32(lines)*16+8 {
			t.Errorf("%d lines are %v high and end at %v; the button begins at %v", lines, r.waits.Size().Height, note, button)
		}
	}
}

func TestTheKeyboardReachesTheQueue(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	w.Render(waitingForNetwork())
	q := w.pages[state.RouteQueue].(*queue)
	want := map[fyne.Focusable]string{w.rail.waits: "the sentence in the list", q.retry: "Try now", q.back: "Back", q.clear: "Clear", q.receipts: "the receipts"}
	win.Canvas().Focus(nil)
	for range 40 {
		win.Canvas().FocusNext()
		delete(want, win.Canvas().Focused())
	}
	for _, what := range want {
		t.Errorf("%s cannot have the keyboard", what)
	}
	q.receipts.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	q.receipts.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !w.kit.store.State().Queue.Open["b"] {
		t.Error("Enter does not unfold a receipt")
	}
}

func TestSignOutSaysThatItWaits(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := unreachable()
	st.SignOut = &state.SignOutQuestion{Account: "a", CanRevoke: true, Revoke: true, Waits: "The access is taken back later."}
	w.Render(st)
	if !strings.Contains(texts(win), "taken back later") {
		t.Error("it is not said")
	}
	q := *st.SignOut
	q.Revoke = false
	st.SignOut = &q
	w.Render(st)
	if strings.Contains(texts(win), "taken back later") {
		t.Error("it is said though nothing is taken back")
	}
}

// Once nothing waits the keyboard is not on a button that is gone.
func TestTheKeyboardStaysOnTheQueue(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	w.Render(waitingForNetwork())
	q := w.pages[state.RouteQueue].(*queue)
	if win.Canvas().Focused() != fyne.Focusable(q.retry) {
		t.Fatal("the page does not begin with Try now")
	}
	st := waitingForNetwork()
	st.Waiting = nil
	w.Render(st)
	if win.Canvas().Focused() != fyne.Focusable(q.back) {
		t.Errorf("the keyboard is on %T", win.Canvas().Focused())
	}
}
