package state

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// waits moves the bubble's clock.
func waits(r *rig, d time.Duration) {
	done := time.After(d)
	for {
		r.q.settle()
		select {
		case <-done:
			r.q.settle()
			return
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func (r *rig) mustRoute(t *testing.T, want Route) {
	t.Helper()
	if got := r.State().Route; got != want {
		t.Fatalf("route is %q, want %q", got, want)
	}
}

func TestStartShowsAccountsThenChecksThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := newRig(t, withAccounts("a", "b"), func(r *rig) {
			r.agent.list[1].State = auth.StateNeedsSignIn
			r.agent.check = func(context.Context, string) error { <-release; return auth.ErrOffline }
		})
		r.Start()
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if r.State().Selected != "a" || len(r.State().Accounts) != 2 {
			t.Fatalf("before any answer of the network: %q of %d", r.State().Selected, len(r.State().Accounts))
		}
		if string(r.State().Pictures["a"]) != "picture of a" {
			t.Error("the picture is missing")
		}
		r.agent.mu.Lock()
		r.agent.list[0] = account("a")
		r.agent.list[0].State = auth.StateOffline
		r.agent.mu.Unlock()
		close(release)
		r.q.settle()
		if r.State().Accounts[0].State != auth.StateOffline {
			t.Error("the outcome of the check is not shown")
		}
		if got := fmt.Sprint(r.agent.checked); got != "[a]" {
			t.Errorf("checked %s: one that needs a sign-in is not asked", got)
		}
	})
}

func TestStartWithoutAccountsWelcomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Start()
		r.q.settle()
		r.mustRoute(t, RouteWelcome)
	})
}

func signingIn(t *testing.T, r *rig) *fakeAttempt {
	t.Helper()
	r.Start()
	r.q.settle()
	r.SignIn.Choose("demo")
	r.mustRoute(t, RouteOptions)
	a := newAttempt(account("new"))
	r.attempts <- a
	r.SignIn.Start("", nil, false)
	r.q.settle()
	r.mustRoute(t, RouteWaiting)
	return a
}

func TestSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		a := signingIn(t, r)
		if r.State().Flow.URL == "" || r.State().Flow.RedirectURI == "" {
			t.Fatal("the link is not known")
		}
		r.observe(trace.Event{Step: trace.StepListen, Phase: trace.Done})
		r.q.settle()
		if len(r.State().Flow.Events) != 1 {
			t.Fatal("the step is not shown")
		}
		r.agent.mu.Lock()
		r.agent.list = append(r.agent.list, a.account)
		r.agent.mu.Unlock()
		a.end <- nil
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if r.State().Selected != "new" || r.State().Notice.Kind != NoticeGood {
			t.Errorf("selected %q, notice %+v", r.State().Selected, r.State().Notice)
		}
		if !r.requests[0].Remember || r.requests[0].Scopes != nil {
			t.Errorf("asked for %+v", r.requests[0])
		}
	})
}

func TestCancelDropsWhatComesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		a := signingIn(t, r)
		late := r.observe
		// The answer is posted, and the person cancels before it is drawn.
		a.end <- nil
		synctest.Wait()
		r.Cancel()
		r.q.settle()
		r.mustRoute(t, RouteOptions)
		late(trace.Event{Step: trace.StepProfile, Phase: trace.Done})
		r.q.settle()
		r.mustRoute(t, RouteOptions)
		if len(r.State().Flow.Events) != 0 || r.State().Selected != "" {
			t.Error("a late outcome changed the state")
		}
		<-a.canceled
	})
}

func TestSecondAttemptIgnoresTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		first := signingIn(t, r)
		firstObserve := r.observe
		second := newAttempt(account("two"))
		r.attempts <- second
		r.SignIn.UseDevice()
		r.q.settle()
		r.mustRoute(t, RouteDevice)
		firstObserve(trace.Event{Step: trace.StepProfile, Phase: trace.Done})
		first.end <- errTest
		r.q.settle()
		r.mustRoute(t, RouteDevice)
		if len(r.State().Flow.Events) != 0 || r.State().Flow.Device == nil {
			t.Error("the first attempt shows on the second")
		}
	})
}

// The link that the page shows and copies is always the one whose answer counts.
func TestRenewedLinkIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		a := signingIn(t, r)
		before := r.State().Flow.URL
		r.observe(trace.Event{Step: trace.StepBrowser, Phase: trace.Renewed})
		r.q.settle()
		if got := r.State().Flow.URL; got == before || got != a.URL() {
			t.Errorf("the page shows %s", got)
		}
		if n := r.State().Notice; n.Kind != NoticeWarn || n.Text == "" {
			t.Errorf("notice %+v", n)
		}
	})
}

func TestProblemAndTryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		a := signingIn(t, r)
		r.observe(trace.Event{Step: trace.StepExchange, Phase: trace.Broken})
		a.end <- errTest
		r.q.settle()
		r.mustRoute(t, RouteProblem)
		if r.State().Problem.Title != "Words for test failure" || len(r.State().Problem.Events) != 1 {
			t.Errorf("problem %+v", r.State().Problem)
		}
		r.attempts <- newAttempt(account("x"))
		r.SignIn.TryAgain()
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
	})
}

func TestPaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		a := signingIn(t, r)
		r.SignIn.OpenPaste()
		r.SignIn.Paste("nonsense")
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		if r.State().Flow.PasteError == "" {
			t.Fatal("a wrong address is not told")
		}
		r.SignIn.Paste(" http://127.0.0.1:1/callback?code=x ")
		r.q.settle()
		r.mustRoute(t, RouteAccount)
		if a.pasted != "http://127.0.0.1:1/callback?code=x" {
			t.Errorf("pasted %q", a.pasted)
		}
	})
}

func TestCountdownTicksOnlyWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		signingIn(t, r)
		r.observe(trace.Event{Step: trace.StepWait, Phase: trace.Started})
		waits(r, 29*time.Second)
		rows := r.State().Flow.Rows(r.State().Now)
		if rows[0].Took != "4:31 left" {
			t.Errorf("countdown says %q", rows[0].Took)
		}
		if !WaitingHint(r.State().Flow, r.State().Now) {
			t.Error("no hint after 20 seconds")
		}
		r.Cancel()
		r.q.settle()
		before := r.renders
		waits(r, time.Minute)
		if r.renders != before {
			t.Errorf("%d renders while nothing counts", r.renders-before)
		}
	})
}

func TestLockForgetsAndUnlockRestores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.vault.status.Protection = vault.Passphrase
			r.vault.passphrase = "correct horse"
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("canary-token")}
		})
		r.Start()
		r.q.settle()
		r.Tokens.Copy()
		r.q.settle()
		r.Lock()
		if st := r.State(); st.Route != RouteLocked || st.Accounts != nil || len(st.Pictures) != 0 {
			t.Fatalf("after locking: %+v", st)
		}
		if r.clip.text != "" {
			t.Error("the copied token outlives the lock")
		}
		r.q.settle()
		r.Unlock("wrong")
		r.q.settle()
		r.mustRoute(t, RouteLocked)
		if r.State().VaultForm.Error == "" {
			t.Fatal("a wrong passphrase is not told")
		}
		r.Unlock("correct horse")
		r.q.settle()
		r.mustRoute(t, RouteAccount)
	})
}

func TestLockElsewhereLocksHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.agent.mu.Lock()
		r.agent.err = fmt.Errorf("listing: %w", vault.ErrLocked)
		r.agent.mu.Unlock()
		r.agent.changes <- struct{}{}
		r.q.settle()
		r.mustRoute(t, RouteLocked)
	})
}

func TestLateRefreshAfterLockIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := newRig(t, withAccounts("a"), withPassphrase, func(r *rig) {
			r.agent.refresh = func(context.Context, string) error { <-release; return nil }
		})
		r.Start()
		r.q.settle()
		r.Refresh()
		if r.State().Busy["a"] == "" {
			t.Fatal("refreshing is not shown")
		}
		r.Lock()
		r.q.settle()
		form := r.State().VaultForm.Form
		close(release)
		r.q.settle()
		r.mustRoute(t, RouteLocked)
		if len(r.State().Accounts) != 0 {
			t.Error("the accounts came back")
		}
		if r.State().VaultForm.Form != form {
			t.Error("the page was opened again: what was typed there is gone")
		}
	})
}

func TestNoKeyringAsksBeforeTheSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(r *rig) { r.vault.status = vault.Status{KeyringProblem: "none found"} })
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.SignIn.Start("", nil, false)
		r.mustRoute(t, RouteVaultSetup)
		r.SetupVault("short", "short")
		if r.State().VaultForm.Error == "" {
			t.Error("a short passphrase is taken")
		}
		r.attempts <- newAttempt(account("x"))
		r.SetupVault("long enough", "long enough")
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		if !r.requests[0].Remember {
			t.Error("the account is not to be remembered")
		}
		r.Cancel()
		r.vault.status = vault.Status{}
		r.st.Vault = vault.Status{}
		r.SignIn.Start("", nil, false)
		r.attempts <- newAttempt(account("y"))
		r.ThisSessionOnly()
		r.q.settle()
		if r.requests[1].Remember {
			t.Error("this session only remembers")
		}
	})
}

// Setting up a passphrase takes a moment, in which the vault already has a key
// that no one opened. A change reported in that moment is not a lock: the sign-in goes
// on.
func TestChangeDuringTheVaultsSetup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(r *rig) { r.vault.status = vault.Status{KeyringProblem: "none found"} })
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.SignIn.Start("", nil, false)
		r.mustRoute(t, RouteVaultSetup)
		goOn := make(chan struct{})
		r.vault.halfway = func() { <-goOn }
		r.attempts <- newAttempt(account("x"))
		r.SetupVault("long enough", "long enough")
		r.agent.changes <- struct{}{}
		r.q.settle()
		r.mustRoute(t, RouteVaultSetup)
		close(goOn)
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		r.Cancel()
	})
}

// What was read in that moment may come when the vault is open.
func TestChangeReadDuringTheVaultsSetupComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(r *rig) { r.vault.status = vault.Status{KeyringProblem: "none found"} })
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.SignIn.Start("", nil, false)
		r.mustRoute(t, RouteVaultSetup)
		goOn, comes := make(chan struct{}), make(chan struct{})
		r.vault.halfway = func() { <-goOn }
		r.attempts <- newAttempt(account("x"))
		r.SetupVault("long enough", "long enough")
		synctest.Wait()
		r.vault.mu.Lock()
		r.vault.late = func() { <-comes }
		r.vault.mu.Unlock()
		r.agent.changes <- struct{}{}
		r.q.settle() // it has read that the vault is locked
		r.vault.mu.Lock()
		r.vault.late = nil
		r.vault.mu.Unlock()
		close(goOn)
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		close(comes)
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		r.Cancel()
	})
}

func TestClipboardIsClearedUnlessReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("canary-token")}
		})
		r.Start()
		r.q.settle()
		r.Tokens.Copy()
		r.q.settle()
		if r.clip.text != "canary-token" {
			t.Fatalf("clipboard has %q", r.clip.text)
		}
		waits(r, 31*time.Second)
		if r.clip.text != "" {
			t.Error("the token is still there after 30 seconds")
		}
		r.Tokens.Copy()
		r.q.settle()
		r.clip.text = "something else"
		waits(r, 31*time.Second)
		if r.clip.text != "something else" {
			t.Error("somebody else's text was cleared")
		}
	})
}

// stubborn is a clipboard beside a manager that puts back what was there before it became
// empty.
type stubborn struct {
	fakeClipboard
	puts func(func())
}

func (c *stubborn) SetContent(text string) {
	before := c.text
	if c.text = text; text == "" {
		c.puts(func() { c.text = before })
	}
}

// A clipboard manager that puts a secret back is not the last, and the person is told.
func TestClipboardManagerThatPutsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("canary-token")}
		})
		clip := &stubborn{puts: r.q.post}
		r.sv.Clipboard = clip
		r.Start()
		r.q.settle()
		r.Tokens.Copy()
		r.q.settle()
		waits(r, 30*time.Second)
		if clip.text != "canary-token" {
			t.Fatalf("the manager put back %q", clip.text)
		}
		waits(r, 2*time.Second)
		if n := r.State().Notice; strings.Contains(clip.text, "canary") || !strings.Contains(n.Text, "clipboard manager") {
			t.Errorf("the clipboard has %q, the person is told %q", clip.text, n.Text)
		}
	})
}

func TestSetup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Start()
		r.q.settle()
		r.SignIn.Choose("blank")
		r.mustRoute(t, RouteSetup)
		r.Setup.Save("id", providers.Secret{}, nil)
		if r.State().Setup.Error != "Fill in “Tenant”." {
			t.Errorf("says %q", r.State().Setup.Error)
		}
		r.Setup.Save("", providers.Secret{}, map[string]string{"tenant": "t"})
		if r.State().Setup.Error == "" {
			t.Error("no client id is taken")
		}
		r.Setup.Save(" id ", providers.Secret{}, map[string]string{"tenant": "t"})
		r.q.settle()
		if got := r.catalog.list[1].Client.ID; got != "id" {
			t.Errorf("stored %q", got)
		}
	})
}

func TestScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.Options.ToggleScope("openid") // needed: stays
		r.Options.ToggleScope("email")
		r.Options.AddScope("extra, openid")
		r.Options.SetGroups(true)
		got := r.State().Options.request("", false)
		if fmt.Sprint(got.Scopes) != "[openid profile offline_access groups]" || fmt.Sprint(got.ExtraScopes) != "[extra]" {
			t.Errorf("asks for %v and %v", got.Scopes, got.ExtraScopes)
		}
	})
}

// A message is about the page on which it appeared.
func TestNoticeGoesWithItsPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.CopyText("x", "Name")
		r.SelectTab(TabGroups)
		if n := r.State().Notice; n.Text != "Name copied." {
			t.Fatalf("another tab of the page shows %+v", n)
		}
		r.OpenSettings()
		if n := r.State().Notice; n != (Notice{}) {
			t.Errorf("the next page shows %+v", n)
		}
		r.CopyText("y", "Path")
		waits(r, time.Second)
		if n := r.State().Notice; n.Text != "Path copied." {
			t.Errorf("the next page's own message: %+v", n)
		}
	})
}
