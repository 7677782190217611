package state

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
)

// signedOut is a window whose account a was just signed out.
func signedOut(t *testing.T, change ...func(*rig)) *rig {
	t.Helper()
	r := newRig(t, append(change, withAccounts("a", "b"))...)
	r.Start()
	r.q.settle()
	r.SelectAccount("a")
	r.AskSignOut()
	r.SignOut()
	r.q.settle()
	r.mustRoute(t, RouteReceipt)
	return r
}

func TestUndoASignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := signedOut(t)
		st := r.State()
		if u := st.Undo; u == nil || u.Text == "" || time.Until(u.Until) != 10*time.Second || !st.Undoable("a") {
			t.Fatalf("it is not offered: %+v", st.Undo)
		}
		if at := nextTick(st); at.Sub(st.Now) > time.Second+tickLag {
			t.Errorf("the seconds are not counted: next tick after %v", at.Sub(st.Now))
		}
		r.OpenSettings() // it stays across pages
		time.Sleep(9 * time.Second)
		r.q.settle()
		r.Undo()
		r.Undo()
		r.q.settle()
		st = r.State()
		if st.Undo != nil || st.AccountByID("a") == nil || st.Notice.Kind != NoticeGood || len(r.agent.finished) != 0 {
			t.Errorf("undone: %+v, %d accounts, notice %+v, finished %q", st.Undo, len(st.Accounts), st.Notice, r.agent.finished)
		}
		time.Sleep(time.Minute)
		r.q.settle()
		if len(r.agent.finished) != 0 {
			t.Error("it is finished after it was undone")
		}
	})
}

func TestUndoShowsTheAccountAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := signedOut(t)
		r.Undo()
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if st := r.State(); st.Selected != "a" || st.Receipt != nil {
			t.Errorf("%q is shown, receipt %+v", st.Selected, st.Receipt)
		}
	})
}

// What waits because it could be undone is done once: when the time is over, or before what
// makes it impossible later.
func TestASignOutIsFinishedOnce(t *testing.T) {
	for name, do := range map[string]func(*rig){
		"the time is over":      func(*rig) { time.Sleep(undoFor) },
		"not to be undone":      func(r *rig) { r.FinishUndo() },
		"the vault is locked":   func(r *rig) { r.Lock() },
		"a sign-in":             func(r *rig) { r.SignIn.Choose("demo"); r.q.settle(); r.SignIn.Start("", nil, false) },
		"the end":               func(r *rig) { r.Close() },
		"another sign-out":      func(r *rig) { r.SelectAccount("b"); r.AskSignOut(); r.SignOut() },
		"locked from elsewhere": func(r *rig) { r.update(func(st *State) { r.lockedNow(st) }) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := signedOut(t, withPassphrase)
				do(r)
				synctest.Wait()
				r.q.settle()
				if !slices.Equal(r.agent.finished, []string{"a"}) {
					t.Fatalf("finished: %q", r.agent.finished)
				}
				if r.State().Undoable("a") {
					t.Error("it can still be undone")
				}
				r.Undo()
				time.Sleep(time.Minute)
				r.q.settle()
				if want := []string{"a"}; !slices.Equal(r.agent.finished[:1], want) || slices.Contains(r.agent.finished[1:], "a") || r.State().AccountByID("a") != nil {
					t.Errorf("later: %q, %d accounts", r.agent.finished, len(r.State().Accounts))
				}
			})
		})
	}
}

// The vault is locked after the sign-out was finished, which needs it, and soon, whatever
// the network does.
func TestTheLockWaitsForASignOutButNotForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := signedOut(t, withPassphrase)
		var lockedAt time.Duration
		began := time.Now()
		r.sv.Undoer = hangingUndoer{r.agent}
		r.Lock()
		r.mustRoute(t, RouteLocked)
		for lockedAt == 0 {
			time.Sleep(100 * time.Millisecond)
			r.q.settle()
			if st, _ := r.vault.Status(t.Context()); st.Locked {
				lockedAt = time.Since(began)
			}
		}
		if lockedAt > finishPatience+200*time.Millisecond || lockedAt < finishPatience {
			t.Errorf("locked after %v", lockedAt)
		}
	})
}

// hangingUndoer never gets through to the provider.
type hangingUndoer struct{ *fakeAgent }

func (h hangingUndoer) FinishSignOut(ctx context.Context, _ string) (*auth.Receipt, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// An undo that only failed now can be tried again; one that is too late says so.
func TestUndoThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		again bool
	}{"too late": {auth.ErrTooLate, false}, "full disk": {errors.New("disk"), true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := signedOut(t)
				r.agent.undoErr = c.err
				r.Undo()
				r.q.settle()
				st := r.State()
				if (st.Undo != nil) != c.again || st.Notice.Kind != NoticeWarn || st.AccountByID("a") != nil {
					t.Fatalf("%+v, %+v", st.Undo, st.Notice)
				}
				r.agent.undoErr = nil
				r.Undo()
				r.q.settle()
				if (r.State().AccountByID("a") != nil) != c.again {
					t.Error("the second try")
				}
			})
		})
	}
}

// What opens the browser cannot be undone, and the panel says so.
func TestASignOutInTheBrowserIsNotUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) { r.catalog.list[0].SignOut.EndSession = "oidc" })
		r.Start()
		r.q.settle()
		r.AskSignOut()
		before := r.State().UndoText()
		r.SetSignOut(true, true)
		if after := r.State().UndoText(); after == before {
			t.Errorf("both ways it says %q", after)
		}
		r.SignOut()
		r.q.settle()
		if len(r.agent.outs) != 1 || r.agent.outs[0].Undo != 0 || r.State().Undo != nil {
			t.Errorf("%+v, %+v", r.agent.outs, r.State().Undo)
		}
	})
}

// Who needs the time has ten times as much (WCAG 2.2.1).
func TestUndoTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		n := r.State().Settings
		n.KeepMessages = true
		r.SetSettings(n)
		r.SelectAccount("a")
		r.AskSignOut()
		r.SignOut()
		r.q.settle()
		time.Sleep(99 * time.Second)
		r.q.settle()
		r.Undo()
		r.q.settle()
		if r.State().AccountByID("a") == nil {
			t.Error("it is not undone")
		}
	})
}

func TestUndoTheClearingOfAHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := historyRig(t)
		r.q.settle()
		before := r.State().History.Entries
		r.History.Clear()
		r.q.settle()
		if st := r.State(); len(st.History.Entries) != 0 || st.Undo == nil || st.Undoable("a") {
			t.Fatalf("cleared: %+v, %+v", st.History, st.Undo)
		}
		r.Undo()
		r.q.settle()
		if got := r.State().History.Entries; len(got) != len(before) || r.State().Undo != nil {
			t.Errorf("back are %d of %d, %+v", len(got), len(before), r.State().Undo)
		}
	})
}

// An empty history has nothing to bring back.
func TestAnEmptyHistoryIsNotUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) { r.agent.history = map[string][]history.Entry{} })
		r.Start()
		r.q.settle()
		r.SelectAccount("a")
		r.SelectTab(TabActivity)
		r.q.settle()
		r.History.Clear()
		r.q.settle()
		if u := r.State().Undo; u != nil {
			t.Errorf("%+v", u)
		}
	})
}

// Nothing of it outlives a lock.
func TestALockTakesTheUndoAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := historyRig(t)
		r.q.settle()
		r.History.Clear()
		r.q.settle()
		r.Lock()
		r.q.settle()
		if u := r.State().Undo; u != nil {
			t.Errorf("%+v", u)
		}
	})
}

// slowUndoer undoes a sign-out once it is let.
type slowUndoer struct {
	*fakeAgent
	let chan struct{}
}

func (u slowUndoer) UndoSignOut(ctx context.Context, id string) (*auth.Account, error) {
	select {
	case <-u.let:
		return u.fakeAgent.UndoSignOut(ctx, id)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Another sign-out leaves an undo alone that is under way, and its own offer stays.
func TestAnotherSignOutLeavesAnUndoAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := signedOut(t)
		slow := slowUndoer{r.agent, make(chan struct{})}
		r.sv.Undoer = slow
		r.Undo()
		synctest.Wait()
		r.SelectAccount("b")
		r.AskSignOut()
		r.SignOut()
		r.q.settle()
		close(slow.let)
		r.q.settle()
		st := r.State()
		if st.AccountByID("a") == nil || st.Notice.Kind != NoticeGood || !st.Undoable("b") || st.Receipt == nil || len(r.agent.finished) != 0 {
			t.Fatalf("%d accounts, notice %+v, %+v, finished %q", len(st.Accounts), st.Notice, st.Undo, r.agent.finished)
		}
		r.Undo()
		r.q.settle()
		if r.State().AccountByID("b") == nil {
			t.Error("the other one is not undone")
		}
	})
}

// The person is told that what they did before is final now.
func TestAnOfferThatEndsTheOneBeforeSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := signedOut(t)
		first := r.State().Undo.Text
		r.SelectAccount("b")
		r.AskSignOut()
		r.SignOut()
		r.q.settle()
		const end = "What you did before can no longer be undone."
		if second := r.State().Undo.Text; strings.Contains(first, end) || !strings.HasSuffix(second, end) {
			t.Errorf("%q, then %q", first, second)
		}
	})
}

func TestUndoTheClearingOfReceipts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) { r.agent.receipts = []*auth.Receipt{{Account: "out"}} })
		r.Start()
		r.q.settle()
		r.Queue.Open()
		r.q.settle()
		r.Queue.ClearReceipts()
		r.q.settle()
		if st := r.State(); len(st.Receipts) != 0 || st.Undo == nil || st.Undo.Text != "The receipts were cleared." {
			t.Fatalf("cleared: %v, %+v", st.Receipts, st.Undo)
		}
		r.Undo()
		r.q.settle()
		if st := r.State(); len(st.Receipts) != 1 || st.Undo != nil {
			t.Errorf("back are %v, %+v", st.Receipts, st.Undo)
		}
		r.mustRoute(t, RouteQueue)
	})
}
