package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/asking"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// inRealWords is a rig whose words are those of the program.
func inRealWords(t *testing.T, change ...func(*rig)) *rig {
	t.Helper()
	r := newRig(t, change...)
	r.sv.Explain = problem.Explain
	return r
}

// What went wrong in a sign-in stands on a page of its own, with what to do.
func TestFailedSignInInWords(t *testing.T) {
	refused := func(code string) error { return &oauth.ProviderError{Step: trace.StepCallback, Code: code} }
	check := func(name, reason string) error {
		return &idtoken.Error{Checks: []idtoken.Check{{Name: name, Outcome: idtoken.Failed, Reason: reason}}}
	}
	for name, c := range map[string]struct {
		err  error
		says []string
		copy string
	}{
		"no client id":          {providers.ErrNoClientID, []string{"Demo provider requires an app registration", "Register an app"}, "http://127.0.0.1:1/callback"},
		"port busy":             {fmt.Errorf("x: %w", auth.ErrPortBusy), []string{"sign-in port is in use", "Close that program"}, ""},
		"port forbidden":        {fmt.Errorf("x: %w", auth.ErrPortForbidden), []string{"does not allow the sign-in port", "above 1024"}, ""},
		"no browser":            {auth.ErrNoBrowser, []string{"No browser could be opened", "Copy the link"}, ""},
		"access_denied":         {refused("access_denied"), []string{"Access denied", "try again"}, ""},
		"redirect_uri_mismatch": {refused("redirect_uri_mismatch"), []string{"redirect URI is not registered", "Add the URI below"}, "http://127.0.0.1:1/callback"},
		"invalid_client":        {refused("invalid_client"), []string{"Wrong client ID or secret", "Compare both"}, ""},
		"invalid_scope":         {refused("invalid_scope"), []string{"does not know a requested permission", "Turn off the permissions"}, ""},
		"500":                   {&oauth.AnswerError{Step: trace.StepExchange, Status: 500, Reason: "the server has a problem"}, []string{"temporarily unavailable", "Try again in a moment"}, ""},
		"html":                  {&oauth.AnswerError{Step: trace.StepExchange, Status: 200, Reason: "HTML instead of JSON"}, []string{"unusable response", "HTML instead of JSON", "Check the provider's endpoints"}, ""},
		"never":                 {fmt.Errorf("x: %w", auth.ErrOffline), []string{"could not be reached", "Check the network connection"}, ""},
		"nonce":                 {check("nonce", "does not match this sign-in"), []string{"identity could not be verified", "nonce", "You were not signed in"}, ""},
		"clock":                 {check("exp", "expired 6 minutes ago"), []string{"clock seems wrong", "Set the correct time"}, ""},
		"no keyring":            {vault.ErrNoKeyring, []string{"No keyring is available", "passphrase"}, ""},
		"keyring locked":        {vault.ErrKeyringLocked, []string{"desktop keyring is locked", "Unlock it"}, ""},
		"keyring hangs":         {vault.ErrKeyringHangs, []string{"does not respond", "restart it"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := inRealWords(t)
				a := signingIn(t, r)
				a.end <- c.err
				r.q.settle()
				r.mustRoute(t, RouteProblem)
				p := r.State().Problem.Problem
				text := words.OneLine(p)
				for _, word := range c.says {
					if !strings.Contains(text, word) {
						t.Errorf("%q is not said: %s", word, text)
					}
				}
				if p.Title == "" || p.Next == "" || c.copy != "" && p.Copy != c.copy {
					t.Errorf("problem %+v", p)
				}
			})
		})
	}
}

// A record that cannot be read is reported, and the other accounts are there.
func TestBrokenRecordIsToldBesideTheGoodOnes(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says []string
	}{
		"damaged": {vault.ErrDamaged, []string{"stored account is damaged", "set aside, not deleted", "Sign in again"}},
		"newer":   {vault.ErrNewer, []string{"newer version", "was not changed", "Use that version"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := inRealWords(t, withAccounts("a"), func(r *rig) { r.agent.err = fmt.Errorf("record b: %w", c.err) })
				r.Start()
				r.q.settle()
				r.mustRoute(t, RouteAccount)
				for _, word := range c.says {
					if got := r.State().Notice.Text; !strings.Contains(got, word) {
						t.Errorf("%q is not said: %s", word, got)
					}
				}
			})
		})
	}
}

// Accounts that cannot be read are not told as none, and are there once they can.
func TestAccountsThatCannotBeReadAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t, withAccounts("a"), func(r *rig) { r.agent.err = vault.ErrKeyringLocked })
		list := r.agent.list
		r.agent.list = nil
		r.Start()
		r.q.settle()
		if st := r.State(); !st.Unread || !strings.Contains(st.Notice.Text, "keyring is locked") {
			t.Fatalf("unread %v, %q", st.Unread, st.Notice.Text)
		}
		if st := r.State(); st.Notice.Again != AgainRead {
			t.Errorf("the message does not offer it: %+v", st.Notice)
		}
		r.agent.changes <- struct{}{} // such as of another process
		r.q.settle()
		if n := len(r.agent.quiet); n < 2 || r.agent.quiet[0] || slices.Contains(r.agent.quiet[1:], false) || slices.Contains(r.agent.pressed, true) {
			t.Errorf("a dialog that was closed would come back by itself: quiet %v, pressed %v", r.agent.quiet, r.agent.pressed)
		}
		r.agent.mu.Lock()
		r.agent.list, r.agent.err = list, nil
		r.agent.mu.Unlock()
		r.ReadAccounts()
		r.q.settle()
		if st := r.State(); st.Unread || len(st.Accounts) != 1 || st.Notice.Text != "" {
			t.Fatalf("unread %v, %d accounts, %q", st.Unread, len(st.Accounts), st.Notice.Text)
		}
		if !slices.Contains(r.agent.pressed, true) {
			t.Error("the press does not bring back a dialog that was closed")
		}
	})
}

// So it is if another process read the record first, and set it aside: an account is gone.
func TestAccountThatAnotherProcessSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		gone := func(accounts, aside int) string {
			r.agent.list, r.vault.status.SetAside = r.agent.list[:accounts], aside
			r.agent.changes <- struct{}{}
			r.q.settle()
			return r.State().Notice.Text
		}
		if text := gone(2, 1); text != "" {
			t.Errorf("of a record of something else: %q", text)
		}
		if text := gone(1, 2); !strings.Contains(text, "stored account is damaged") || !strings.Contains(text, "Sign in again") {
			t.Errorf("%q", text)
		}
	})
}

// Who signed in is shown even if the disk had no room for it.
func TestSignInThatCouldNotBeStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t)
		a := signingIn(t, r)
		a.end <- fmt.Errorf("%w: %w", auth.ErrNotStored, vault.ErrDiskFull)
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		text := r.State().Notice.Text
		for _, word := range []string{"Signed in, but not saved", "The disk is full", "Free some space"} {
			if !strings.Contains(text, word) {
				t.Errorf("%q is not said: %s", word, text)
			}
		}
		if r.State().Account() == nil {
			t.Error("the account is not shown")
		}
		r.agent.retry = func(ctx context.Context) error {
			if _, pressed := asking.PressedAt(ctx); !pressed {
				t.Error("the press does not bring back a dialog that was closed")
			}
			return fmt.Errorf("%w: %w", auth.ErrNotStored, vault.ErrKeyringLocked)
		}
		r.Queue.Save()
		r.q.settle()
		if n := r.State().Notice; n.Again != AgainSave || !strings.Contains(n.Text, "keyring is locked") {
			t.Errorf("once more in vain: %+v", n)
		}
		r.agent.retry = func(context.Context) error { return nil }
		r.Queue.Save()
		r.q.settle()
		if n := r.State().Notice; n.Again != AgainNothing || n.Text != "Saved." {
			t.Errorf("then: %+v", n)
		}
	})
}

// A refresh for which the disk has no room leaves everything as it is.
func TestDiskFullAtARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t, withAccounts("a"), func(r *rig) {
			r.agent.refresh = func(context.Context, string) error { return fmt.Errorf("x: %w", vault.ErrDiskFull) }
		})
		r.Start()
		r.q.settle()
		r.Refresh()
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if n := r.State().Notice; n.Kind != NoticeWarn || !strings.Contains(n.Text, "The disk is full") || !strings.Contains(n.Text, "Free some space") {
			t.Errorf("notice %+v", n)
		}
	})
}

func TestWrongPassphraseInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t, withAccounts("a"), func(r *rig) {
			r.vault.status.Protection, r.vault.status.Locked, r.vault.passphrase = vault.Passphrase, true, "right"
		})
		r.Start()
		r.q.settle()
		r.Unlock("canary-passphrase")
		r.q.settle()
		if text := r.State().VaultForm.Error; !strings.Contains(text, "Wrong passphrase") || strings.Contains(text, "canary") {
			t.Errorf("told %q", text)
		}
	})
}

// A provider file that cannot be used is reported, and the others are offered.
func TestBadProviderFileIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t, func(r *rig) { r.catalog.bad = []error{errors.New("work.toml:3: colour: unknown key")} })
		r.Start()
		r.q.settle()
		if st := r.State(); len(st.Providers) != 2 || len(st.ProviderProblems) != 1 || !strings.Contains(st.ProviderProblems[0], "work.toml:3") {
			t.Errorf("providers %d, problems %q", len(st.Providers), st.ProviderProblems)
		}
	})
}
