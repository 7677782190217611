package state

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/google/go-cmp/cmp"
)

func TestHistoryLines(t *testing.T) {
	now := noon()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	p := HistoryPage{Entries: []history.Entry{
		{Kind: history.HandedOut, At: ago(time.Minute), To: "the clipboard", TokenKind: history.AccessToken, Token: "3f9a1c2e"},
		{Kind: history.HandedOut, At: ago(2 * time.Minute), To: "bash, in kitty", TokenKind: history.IDToken, Token: "77b0e4d1"},
		{Kind: history.Refreshed, At: ago(time.Hour), Rotated: true, Token: "3f9a1c2e", Changes: &history.Changes{
			ScopesGained: []string{"read"}, ScopesLost: []string{"write"},
			Claims: []history.ClaimChange{
				{Token: history.IDToken, Claim: "email", Before: "a@x", After: "b@x"},
				{Token: history.AccessToken, Claim: "roles", After: "[1]"},
				{Token: history.IDToken, Claim: "dept", Before: "R"},
			},
			MoreClaims: 3,
		}},
		{Kind: history.Refreshed, At: ago(2 * time.Hour), Token: "12345678"},
		{Kind: history.Failed, At: ago(20 * time.Hour), Last: ago(19 * time.Hour), Count: 12, During: trace.StepRefresh, Failure: problem.FailureOffline, Reason: "the provider could not be reached"},
		{Kind: history.Failed, At: ago(20 * time.Hour), During: trace.StepRefresh, Failure: problem.FailureServer, Reason: "500"},
		{Kind: history.Failed, At: ago(20 * time.Hour), During: trace.StepRefresh, Failure: problem.FailureLimited, Reason: "429"},
		{Kind: history.Failed, At: ago(20 * time.Hour), During: trace.StepWait, Failure: problem.FailureRejected, Reason: "No"},
		{Kind: history.Failed, At: ago(20 * time.Hour), During: trace.StepWait, Failure: problem.FailureOther, Reason: "Odd"},
		{Kind: history.SignedIn, At: ago(72 * time.Hour), Token: "77b0e4d1"},
		{Kind: "some_thing", At: ago(400 * 24 * time.Hour)},
	}}
	flat := func() []string {
		var out []string
		for _, l := range p.Lines(now) {
			out = append(out, strings.Join(slices.DeleteFunc([]string{l.Day, string(l.Sign), l.Time, l.Text, l.Detail, l.Fold}, func(s string) bool { return s == "" }), " | "))
		}
		return out
	}
	want := []string{
		"Today",
		"handed | 11:59 | Token copied to the clipboard | token 3f9a1c2e",
		"handed | 11:58 | ID token given to bash, in kitty | token 77b0e4d1",
		"fresh | 11:00 | Refreshed | token 3f9a1c2e, new refresh token saved | 8 changes",
		"fresh | 10:00 | Refreshed | token 12345678",
		"Yesterday",
		"offline | 16:00 | Refresh failed: offline | The provider could not be reached. 12 times, last yesterday 17:00.",
		"trouble | 16:00 | Refresh failed: provider unavailable | 500.",
		"trouble | 16:00 | Refresh failed: too many requests | 429.",
		"refused | 16:00 | Sign-in failed: refused | No.",
		"trouble | 16:00 | Sign-in failed | Odd.",
		"Saturday, 7 March",
		"in | 12:00 | Signed in | token 77b0e4d1",
		"3 February 2025",
		"12:00 | Some thing",
	}
	if d := cmp.Diff(want, flat()); d != "" {
		t.Error(d)
	}
	p.Open = map[string]bool{p.Lines(now)[3].Key: true}
	if d := cmp.Diff([]string{
		"+ permission | read",
		"− permission lost | write",
		"~ claim email | a@x → b@x",
		"+ claim roles of the access token | [1]",
		"− claim dept lost | R",
		"3 more claims changed",
	}, flat()[4:10]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want[4:], flat()[10:]); d != "" {
		t.Error(d)
	}
}

func TestLongHistoryIsShortAtFirst(t *testing.T) {
	now := noon()
	var p HistoryPage
	for i := range 200 {
		p.Entries = append(p.Entries, history.Entry{Kind: history.Refreshed, At: now.Add(-time.Duration(i) * time.Second)})
	}
	if n := len(p.Lines(now)); n != historyFirst+1 || p.More() != "160 older entries" || p.Count() != "200 entries" {
		t.Errorf("%d lines, %q, %q", n, p.More(), p.Count())
	}
	p.All = true
	if n := len(p.Lines(now)); n != 201 || p.Hidden() != 0 {
		t.Errorf("%d lines, %d hidden", n, p.Hidden())
	}
}

// historyRig shows the history of the first of two accounts.
func historyRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, withAccounts("a", "b"), withPassphrase)
	r.agent.history = map[string][]history.Entry{
		"a": {{Kind: history.SignedIn, At: time.Now()}},
		"b": {{Kind: history.SignedIn, At: time.Now()}, {Kind: history.Refreshed, At: time.Now()}},
	}
	r.Start()
	r.q.settle()
	r.SelectTab(TabActivity)
	return r
}

func TestHistoryFollowsTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := historyRig(t)
		if !r.State().History.Loading {
			t.Error("nothing says that it is being read")
		}
		r.q.settle()
		if h := r.State().History; h.Account != "a" || len(h.Entries) != 1 || h.Loading {
			t.Fatalf("%+v", h)
		}
		r.History.ToggleChanges("key")
		r.History.ShowAll()
		// Something happened, in this process or another.
		r.agent.mu.Lock()
		r.agent.history["a"] = append(r.agent.history["a"], history.Entry{Kind: history.Refreshed, At: time.Now()})
		r.agent.mu.Unlock()
		r.agent.changes <- struct{}{}
		r.q.settle()
		if h := r.State().History; len(h.Entries) != 2 || !h.Open["key"] || !h.All {
			t.Errorf("after a change: %+v", h)
		}
		r.SelectAccount("b")
		if h := r.State().History; len(h.Entries) != 0 || h.Open["key"] || h.All {
			t.Errorf("another account shows %+v", h)
		}
		r.q.settle()
		if h := r.State().History; h.Account != "b" || len(h.Entries) != 2 {
			t.Errorf("%+v", h)
		}
	})
}

func TestHistoryThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := historyRig(t)
		r.q.settle()
		r.agent.mu.Lock()
		r.agent.err = errTest
		r.agent.mu.Unlock()
		r.SelectTab(TabActivity)
		r.q.settle()
		if h := r.State().History; h.Problem != "Words for test failure." || len(h.Entries) != 1 {
			t.Errorf("%+v", h)
		}
		r.Lock()
		r.q.settle()
		if h := r.State().History; h.Account != "" || len(h.Entries) != 0 {
			t.Errorf("locked, it keeps %+v", h)
		}
	})
}

// What is copied is given away: the history says so.
func TestCopyingIsNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccountID: "a", AccessToken: providers.NewSecret("canary-access"), IDToken: providers.NewSecret("canary-id")}
		})
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Tokens.CopyShown(AccessToken)
		r.Tokens.CopyShown(IDToken)
		r.SelectTab(TabActivity)
		r.q.settle()
		r.Tokens.Copy()
		r.q.settle()
		want := []string{"a access_token the clipboard", "a id_token the clipboard", "a access_token the clipboard"}
		if d := cmp.Diff(want, r.agent.handed); d != "" {
			t.Error(d)
		}
		r.agent.tokenErr = errTest
		r.Tokens.Copy()
		r.q.settle()
		if len(r.agent.handed) != 3 {
			t.Error("a token that was not had is noted")
		}
	})
}

func TestClearHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := historyRig(t)
		r.q.settle()
		r.History.Clear()
		r.q.settle()
		if h := r.State().History; h.Account != "a" || len(h.Entries) != 0 || h.Problem != "" {
			t.Errorf("%+v", h)
		}
		if len(r.agent.history["b"]) != 2 || r.State().AccountByID("a") == nil {
			t.Error("more than the history of one account is gone")
		}
		r.SelectAccount("b")
		r.q.settle()
		r.agent.mu.Lock()
		r.agent.err = errTest
		r.agent.mu.Unlock()
		r.History.Clear()
		r.q.settle()
		if h := r.State().History; h.Problem != "Words for test failure." || len(h.Entries) != 2 {
			t.Errorf("that failed: %+v", h)
		}
	})
}

// slowHistorian takes a history only when it is told to.
type slowHistorian struct {
	*fakeAgent
	take chan struct{}
}

func (s slowHistorian) TakeHistory(ctx context.Context, id string) ([]history.Entry, error) {
	<-s.take
	return s.fakeAgent.TakeHistory(ctx, id)
}

// A history that was taken out can be put back, whatever was read or shown meanwhile.
func TestClearedHistoryIsNotLostToAChange(t *testing.T) {
	for name, meanwhile := range map[string]func(r *rig){
		"a change":        func(r *rig) { r.agent.changes <- struct{}{} },
		"another account": func(r *rig) { r.SelectAccount("b") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, withAccounts("a", "b"))
				slow := slowHistorian{r.agent, make(chan struct{})}
				r.sv.History = slow
				r.agent.history = map[string][]history.Entry{"a": {{Kind: history.Refreshed}}}
				r.Start()
				r.q.settle()
				r.SelectAccount("a")
				r.SelectTab(TabActivity)
				r.q.settle()
				r.History.Clear()
				r.q.settle()
				meanwhile(r)
				r.q.settle()
				close(slow.take)
				r.q.settle()
				if len(r.agent.history["a"]) != 0 || r.State().Undo == nil {
					t.Fatalf("%d entries are left, undo %+v", len(r.agent.history["a"]), r.State().Undo)
				}
				r.Undo()
				r.q.settle()
				if len(r.agent.history["a"]) != 1 {
					t.Error("the entry is lost")
				}
			})
		})
	}
}
