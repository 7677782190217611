package state

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// Refresh is one button for one idea: what is shown is new afterwards, its age
// too.
func TestRefreshRenewsTheDetailsToo(t *testing.T) {
	for _, test := range []struct {
		name    string
		refresh error
		notice  string
	}{
		{"with a refresh token", nil, "Tokens and details refreshed."},
		{"without one", fmt.Errorf("refresh: %w", auth.ErrNoRefresh), "Details refreshed."},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, withAccounts("a"))
				r.Start()
				r.q.settle()
				r.agent.checked = nil
				r.agent.refresh = func(context.Context, string) error { return test.refresh }
				r.Refresh()
				r.q.settle()
				if got := strings.Join(r.agent.checked, " "); got != "a" {
					t.Errorf("the details of %q were read", got)
				}
				if n := r.State().Notice; n.Kind != NoticeGood || n.Text != test.notice {
					t.Errorf("notice %+v", n)
				}
			})
		})
	}
}

// Who clicks twice refreshes once.
func TestSecondClickDoesNotRefreshAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refreshes := 0
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.refresh = func(context.Context, string) error { refreshes++; return nil }
		})
		r.Start()
		r.q.settle()
		r.Refresh()
		r.Refresh()
		r.q.settle()
		if refreshes != 1 {
			t.Errorf("%d refreshes, want 1", refreshes)
		}
		r.Refresh()
		r.q.settle()
		if refreshes != 2 {
			t.Errorf("%d refreshes after one more click, want 2", refreshes)
		}
	})
}

// New tokens that the disk did not take are good for now, and the details are
// read with them; the person still learns of the disk.
func TestRefreshThatWasNotStoredStillReadsTheDetails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.agent.checked = nil
		r.agent.refresh = func(context.Context, string) error { return fmt.Errorf("refresh: %w", auth.ErrNotStored) }
		r.Refresh()
		r.q.settle()
		if n := r.State().Notice; len(r.agent.checked) != 1 || n.Kind != NoticeWarn {
			t.Errorf("read %q, notice %+v", r.agent.checked, n)
		}
	})
}

// A banner on the page says what is wrong: no message says it once more.
func TestWhatABannerSaysIsNotSaidAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.agent.refresh = func(context.Context, string) error {
			r.agent.mu.Lock()
			defer r.agent.mu.Unlock()
			off := *r.agent.list[0]
			off.State = auth.StateOffline
			r.agent.list[0] = &off
			return fmt.Errorf("refresh: %w", auth.ErrOffline)
		}
		r.Refresh()
		r.q.settle()
		if st := r.State(); st.Account().State != auth.StateOffline || st.Notice.Text != "" {
			t.Errorf("state %s, notice %+v", st.Account().State, st.Notice)
		}
		r.Refresh() // once more, in vain
		r.q.settle()
		if n := r.State().Notice; n.Text != "Nothing has changed." {
			t.Errorf("after a second try %+v", n)
		}
	})
}

func TestATokenThatCannotBeCopiedIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.agent.mu.Lock()
		off := *r.agent.list[0]
		off.State, off.Reason = auth.StateNeedsSignIn, "The provider took the permission back."
		r.agent.list[0], r.agent.tokenErr = &off, fmt.Errorf("token: %w", auth.ErrNeedsSignIn)
		r.agent.mu.Unlock()
		r.Tokens.Copy()
		r.q.settle()
		if st := r.State(); st.Account().State != auth.StateNeedsSignIn || st.Notice.Text != "" {
			t.Errorf("state %s, notice %+v", st.Account().State, st.Notice)
		}
		r.Tokens.Copy()
		r.q.settle()
		if n := r.State().Notice.Text; n != "No token was copied." {
			t.Errorf("notice %q", n)
		}
	})
}

// A lock that one click opens is not a lock.
func TestTheKeyringAloneLocksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for protection, want := range map[vault.Protection]bool{vault.None: false, vault.Keyring: false, vault.Passphrase: true, vault.Both: true} {
			if got := (State{Vault: vault.Status{Protection: protection}}).CanLock(); got != want {
				t.Errorf("%q can be locked: %v", protection, got)
			}
		}
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.Lock()
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if n := r.State().Notice.Text; !strings.Contains(n, "passphrase") {
			t.Errorf("notice %q", n)
		}
	})
}

func TestCheckSummaryCountsEveryCheck(t *testing.T) {
	passed, failed, skipped := idtoken.Check{Outcome: idtoken.Passed}, idtoken.Check{Outcome: idtoken.Failed}, idtoken.Check{Outcome: idtoken.Skipped}
	for _, test := range []struct {
		checks []idtoken.Check
		want   string
		ok     bool
	}{
		{nil, "", true},
		{[]idtoken.Check{skipped}, "", true},
		{[]idtoken.Check{passed}, "1 check passed", true},
		{[]idtoken.Check{passed, passed}, "2 checks passed", true},
		{[]idtoken.Check{passed, skipped, passed}, "2 checks passed, 1 skipped", true},
		{[]idtoken.Check{passed, failed, skipped}, "1 of 3 checks failed", false},
	} {
		if got, ok := words.CheckSummary(test.checks); got != test.want || ok != test.ok {
			t.Errorf("%v: %q, %v", test.checks, got, ok)
		}
	}
}

// What is selected of a token is copied as a secret; the whole is noted in the
// history, as with the button, and what is hidden is not copied.
func TestCopyingASelection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccountID: "a", AccessToken: providers.NewSecret("opaque-token")}
		})
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Tokens.CopySelected(AccessToken, "opaque")
		if r.clip.text != "" {
			t.Errorf("%q was copied of a hidden token", r.clip.text)
		}
		r.Tokens.Show(AccessToken)
		r.Tokens.CopySelected(AccessToken, "opaque")
		r.q.settle()
		if r.clip.text != "opaque" || len(r.agent.handed) != 0 {
			t.Errorf("copied %q, noted %q", r.clip.text, r.agent.handed)
		}
		r.Tokens.CopySelected(AccessToken, "opaque-token")
		r.q.settle()
		if r.clip.text != "opaque-token" || len(r.agent.handed) != 1 {
			t.Errorf("copied %q, noted %q", r.clip.text, r.agent.handed)
		}
		waits(r, time.Minute)
		if r.clip.text != "" {
			t.Error("the copy stays in the clipboard")
		}
	})
}
