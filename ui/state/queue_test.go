package state

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/ui/words"
)

func TestReceiptWords(t *testing.T) {
	now := noon()
	done := auth.Result{Outcome: auth.OutcomeDone, Detail: "Gone."}
	outcome := func(o string) auth.Result { return auth.Result{Outcome: o} }
	none := outcome(auth.OutcomeNotAsked)
	for name, c := range map[string]struct {
		r      auth.Receipt
		sign   words.HistorySign
		phrase string
		parts  string
	}{
		"proved":        {auth.Receipt{Revoked: done, Proof: auth.Result{Outcome: auth.OutcomeDone, Detail: "Refused now."}}, words.HistoryFresh, "access revoked, verified", "Gone.|Gone.|Refused now.|Not requested."},
		"waits":         {auth.Receipt{Revoked: outcome(auth.OutcomePending), Proof: outcome(auth.OutcomePending), Retry: &auth.Retry{}}, words.HistoryOffline, "access not revoked yet", "Gone.|Waiting for the network.|Not requested."},
		"proof waits":   {auth.Receipt{Revoked: done, Proof: auth.Result{Outcome: auth.OutcomePending, Detail: "Later."}, Retry: &auth.Retry{}}, words.HistoryOffline, "access revoked, not yet verified", "Gone.|Gone.|Later.|Not requested."},
		"ends later":    {auth.Receipt{Revoked: done, Proof: outcome(auth.OutcomeUntilEnd)}, words.HistoryFresh, "access revoked, last token expires on its own", "Gone.|Gone.|It expires on its own.|Not requested."},
		"not known":     {auth.Receipt{Revoked: done, Proof: outcome(auth.OutcomeUnknown)}, words.HistoryFresh, "access revoked", "Gone.|Gone.|Unknown.|Not requested."},
		"still accepts": {auth.Receipt{Revoked: outcome(auth.OutcomeFailed), Proof: outcome(auth.OutcomeFailed)}, words.HistoryTrouble, "access not revoked", "Gone.|This failed.|This failed.|Not requested."},
		"here only":     {auth.Receipt{Revoked: none, Proof: none}, words.HistoryOut, "removed here only", "Gone.|Not requested.|Not requested."},
		"dropped":       {auth.Receipt{Revoked: outcome(auth.OutcomeDropped), Proof: none}, words.HistoryOut, "nothing left to revoke", "Gone.|Nothing left to do.|Not requested."},
	} {
		r := c.r
		r.Forgotten, r.Session, r.Account, r.At, r.Who, r.ProviderName = done, none, "a", now, "Mira", "Demo"
		st := State{Now: now, Receipts: []*auth.Receipt{&r}}
		lines := st.ReceiptLines()
		if len(lines) != 2 || lines[0].Day != "Today" || lines[1].Text != "Mira at Demo" || lines[1].Detail != c.phrase || lines[1].Sign != c.sign || lines[1].Fold == "" {
			t.Errorf("%s: %+v", name, lines)
		}
		st.Queue.Open = map[string]bool{"a": true}
		var parts []string
		for _, l := range st.ReceiptLines()[2:] {
			parts = append(parts, l.Detail)
		}
		if got := strings.Join(parts, "|"); got != c.parts {
			t.Errorf("%s: parts %s", name, got)
		}
		if st.Clearable() == r.Pending() {
			t.Errorf("%s: can be cleared: %v", name, st.Clearable())
		}
	}
}

// waitingRig has an account, something that waits, and its receipt.
func waitingRig(t *testing.T) (r *rig, over func()) {
	t.Helper()
	r = newRig(t, withAccounts("a"), withPassphrase)
	pending := &auth.Receipt{Account: "out", Who: "Ola", ProviderName: "Studio", At: time.Now(), Revoked: auth.Result{Outcome: auth.OutcomePending}, Retry: &auth.Retry{Next: time.Now().Add(time.Minute)}}
	r.agent.waiting = []auth.Waiting{{Kind: auth.WaitingRevocation, Account: "out"}}
	r.agent.receipts = []*auth.Receipt{pending}
	return r, func() {
		r.agent.mu.Lock()
		defer r.agent.mu.Unlock()
		done := *pending
		done.Retry, done.Revoked = nil, auth.Result{Outcome: auth.OutcomeDone}
		r.agent.waiting, r.agent.receipts = nil, []*auth.Receipt{&done}
	}
}

func TestQueueFollowsWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, over := waitingRig(t)
		r.Start()
		r.q.settle()
		if words.QueueText(len(r.State().Waiting)) == "" {
			t.Fatal("nothing says that something waits")
		}
		r.Queue.Open()
		r.q.settle()
		r.mustRoute(t, RouteQueue)
		before := r.renders
		waits(r, 3*time.Second)
		if r.renders-before < 2 {
			t.Error("the time to the next try does not count")
		}
		over()
		r.agent.changes <- struct{}{}
		r.q.settle()
		if st := r.State(); words.QueueText(len(st.Waiting)) != "" || len(st.Receipts) != 1 || st.Receipts[0].Pending() {
			t.Errorf("after the network came back: %+v", st.Waiting)
		}
		r.Queue.ToggleReceipt("out")
		if len(r.State().ReceiptLines()) < 4 {
			t.Error("the receipt does not unfold")
		}
		r.Queue.ClearReceipts()
		r.q.settle()
		if !r.agent.cleared || len(r.State().Receipts) != 0 {
			t.Error("the receipts stay, or more was cleared than asked for")
		}
		r.Cancel()
		r.mustRoute(t, RouteAccount)
	})
}

func TestTryNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, over := waitingRig(t)
		tried := make(chan struct{})
		r.agent.retry = func(context.Context) error { <-tried; over(); return nil }
		r.Start()
		r.q.settle()
		r.Queue.Open()
		r.q.settle()
		r.Queue.RetryNow()
		r.Queue.RetryNow() // no second time meanwhile
		r.q.settle()
		if !r.State().Queue.Busy {
			t.Error("nothing says that it is tried")
		}
		tried <- struct{}{}
		r.q.settle()
		if st := r.State(); st.Queue.Busy || words.QueueText(len(st.Waiting)) != "" {
			t.Errorf("%+v", st.Queue)
		}
		r.agent.retry = func(context.Context) error { return errTest }
		r.Queue.RetryNow()
		r.q.settle()
		if n := r.State().Notice; n.Kind != NoticeWarn || !strings.Contains(n.Text, "Words for") {
			t.Errorf("%+v", n)
		}
	})
}

// A sign-out while the provider cannot be reached says so before, and its page
// follows what becomes of it.
func TestSignOutOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, over := waitingRig(t)
		r.agent.list[0].ID, r.agent.list[0].State = "out", auth.StateOffline
		r.agent.receipt = *r.agent.receipts[0]
		r.Start()
		r.q.settle()
		r.AskSignOut()
		if q := r.State().SignOut; !strings.Contains(q.Waits, "as soon as it can") {
			t.Errorf("%+v", q)
		}
		r.SignOut()
		r.q.settle()
		r.mustRoute(t, RouteReceipt)
		if title, _ := words.PendingText(&r.State().Receipt.Receipt, time.Now()); title == "" {
			t.Fatal("nothing says that it waits")
		}
		over()
		r.agent.changes <- struct{}{}
		r.q.settle()
		if got := r.State().Receipt.Receipt; got.Pending() || got.Revoked.Outcome != auth.OutcomeDone || r.State().Receipt.Name == "" {
			t.Errorf("%+v", got)
		}
	})
}

func TestSignOutOnlineWaitsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.AskSignOut()
		if q := r.State().SignOut; q.Waits != "" {
			t.Errorf("%+v", q)
		}
		r.agent.list[0].State, r.agent.list[0].Remembered = auth.StateOffline, false
		r.Cancel()
		r.agent.changes <- struct{}{}
		r.q.settle()
		r.AskSignOut()
		if q := r.State().SignOut; !strings.Contains(q.Waits, "still runs") {
			t.Errorf("%+v", q)
		}
	})
}

func TestQueueOfALockedVault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := waitingRig(t)
		r.Start()
		r.q.settle()
		r.Lock()
		r.q.settle()
		r.Queue.Open()
		r.q.settle()
		r.mustRoute(t, RouteLocked)
		if st := r.State(); len(st.Waiting)+len(st.Receipts) > 0 || words.QueueText(len(st.Waiting)) != "" {
			t.Errorf("locked, it keeps %+v", st.Receipts)
		}
	})
}

func TestQueueThatCannotBeRead(t *testing.T) {
	st := &State{}
	q := &Queue{base: &base{sv: Services{Explain: problem.Explain}}}
	q.set(st, aftermath{problem: errors.New("x")})
	if st.Queue.Problem == "" {
		t.Error("nothing says so")
	}
	q.set(st, aftermath{})
	if st.Queue.Problem != "" {
		t.Error("it stays")
	}
}
