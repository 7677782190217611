package state

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/ui/words"
)

// signsInAgain starts the sign-in of an account that ends as got.
func signsInAgain(t *testing.T, r *rig, got *auth.Account, known ...*auth.Account) *fakeAttempt {
	t.Helper()
	r.agent.list = known
	r.Start()
	r.q.settle()
	r.SelectAccount(known[0].ID)
	r.SignIn.Again()
	r.mustRoute(t, RouteOptions)
	a := newAttempt(got)
	r.attempts <- a
	r.SignIn.Start("mira", nil, false)
	r.q.settle()
	r.mustRoute(t, RouteWaiting)
	return a
}

func again(t *testing.T, choose string) (*rig, *fakeAttempt) {
	t.Helper()
	r := newRig(t)
	r.catalog.list[0].Authorization.ChooseAccount = choose
	mira := account("a")
	mira.State, mira.Requested = auth.StateNeedsSignIn, []string{"openid", "read:things"}
	jonas := account("b")
	jonas.User.Name, jonas.User.Login, jonas.User.ID = "Jonas Weber", "jonas", "u-2"
	return r, signsInAgain(t, r, jonas, mira)
}

// Whoever signs in as someone else reads so on the new account's page, with
// a way to choose the account.
func TestSomebodyElseSignedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, a := again(t, "")
		if got := r.requests[0]; got.Account != "a" || len(got.ExtraScopes) != 1 || got.ExtraScopes[0] != "read:things" {
			t.Errorf("asked for %+v", got)
		}
		r.agent.list = append(r.agent.list, a.account)
		a.end <- nil
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		n := r.State().Notice
		if r.State().Selected != "b" || n.Kind != NoticeWarn || !n.Choose ||
			!strings.Contains(n.Text, "Words for signed in with a different account: account b instead of a") {
			t.Errorf("selected %s, %+v", r.State().Selected, n)
		}
		r.attempts <- newAttempt(account("a"))
		r.SignIn.ChooseAccount()
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		if got := r.requests[1]; got.Account != "a" || got.Prompt != "select_account" || got.LoginHint != "" {
			t.Errorf("asked for %+v", got)
		}
		r.SignIn.ChooseAccount() // its notice is gone
		r.q.settle()
		if len(r.requests) != 2 {
			t.Errorf("%d sign-ins", len(r.requests))
		}
	})
}

// There is nothing to choose at a provider that cannot be made to ask.
func TestSomebodyElseWithoutAChoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, a := again(t, "never")
		a.end <- nil
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if n := r.State().Notice; n.Kind != NoticeWarn || n.Choose {
			t.Errorf("%+v", n)
		}
		r.SignIn.ChooseAccount()
		r.q.settle()
		r.mustRoute(t, RouteAccount)
	})
}

// While another window or shell signs the account in, this one waits; it can
// leave, or open a browser of its own.
func TestAnotherWindowSignsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, first := again(t, "")
		r.observe(trace.Event{Step: trace.StepJoin, Phase: trace.Started, Detail: "another window"})
		r.q.settle()
		if !r.State().Flow.Joining() {
			t.Fatal("it is not told")
		}
		rows := r.State().Flow.Rows(r.State().Now)
		if rows[0].Text != "Waiting for another window or shell" || rows[0].State != words.StepRunning || !rows[0].Person {
			t.Errorf("%+v", rows[0])
		}
		r.attempts <- newAttempt(account("a"))
		r.SignIn.OpenBrowser()
		r.q.settle()
		<-first.canceled
		r.mustRoute(t, RouteWaiting)
		if len(r.requests) != 2 || !r.requests[1].Alone || r.requests[1].Account != "a" || r.State().Flow.Joining() {
			t.Errorf("%+v", r.requests)
		}
		r.observe(trace.Event{Step: trace.StepJoin, Phase: trace.Started})
		r.observe(trace.Event{Step: trace.StepJoin, Phase: trace.Done, Detail: "signed in there"})
		r.q.settle()
		if r.State().Flow.Joining() {
			t.Error("it is over")
		}
	})
}
