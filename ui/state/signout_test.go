package state

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/providers"
)

func TestSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		r.AskSignOut()
		if q := r.State().SignOut; q == nil || !q.Revoke || q.EndSession {
			t.Fatalf("asked %+v", q)
		}
		r.agent.outErr = errors.New("disk")
		r.SignOut()
		r.q.settle()
		if q := r.State().SignOut; q == nil || q.Error == "" || q.Busy {
			t.Fatalf("a failure is not told: %+v", q)
		}
		r.agent.outErr = nil
		r.SignOut()
		r.q.settle()
		r.mustRoute(t, RouteReceipt)
		if len(r.State().Accounts) != 1 || r.State().Receipt.Name != "User a" {
			t.Errorf("left %d, receipt %+v", len(r.State().Accounts), r.State().Receipt)
		}
	})
}

// Who clicks twice signs out once.
func TestSecondClickDoesNotSignOutAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.AskSignOut()
		r.SignOut()
		if !r.State().SignOut.Busy {
			t.Fatal("the panel does not say that it is at work")
		}
		r.SignOut()
		r.q.settle()
		if n := len(r.agent.outs); n != 1 {
			t.Errorf("%d sign-outs, want 1", n)
		}
	})
}

// A sign-out offers what the provider has, and asks for no more whatever the
// screen sends.
func TestSignOutAsksForWhatTheProviderHas(t *testing.T) {
	for name, c := range map[string]struct {
		has, want auth.SignOutOptions
	}{
		"both":           {auth.SignOutOptions{Revoke: true, EndSession: true}, auth.SignOutOptions{Revoke: true, EndSession: true}},
		"revocation":     {auth.SignOutOptions{Revoke: true}, auth.SignOutOptions{Revoke: true}},
		"end of session": {auth.SignOutOptions{EndSession: true}, auth.SignOutOptions{EndSession: true}},
		"nothing":        {auth.SignOutOptions{}, auth.SignOutOptions{}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, withAccounts("a"), func(r *rig) {
					out := &r.catalog.list[0].SignOut
					*out = providers.SignOut{}
					if c.has.Revoke {
						out.Method = "rfc7009"
					}
					if c.has.EndSession {
						out.EndSession = "oidc"
					}
				})
				r.Start()
				r.q.settle()
				r.AskSignOut()
				if q := r.State().SignOut; q.CanRevoke != c.has.Revoke || q.CanEndSession != c.has.EndSession || q.Revoke != c.has.Revoke || q.EndSession {
					t.Errorf("asked %+v", q)
				}
				r.SetSignOut(true, true)
				want := c.want
				if !want.EndSession {
					want.Undo = undoFor
				}
				r.SignOut()
				r.q.settle()
				if len(r.agent.outs) != 1 || r.agent.outs[0] != want {
					t.Errorf("asked for %+v, want %+v", r.agent.outs, want)
				}
			})
		})
	}
}

// What is left of an account that was signed out is its receipt.
func TestNothingOfAnAccountOutlivesItsSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("canary-token")}
			r.agent.history = map[string][]history.Entry{"a": {{}}}
		})
		r.Start()
		r.q.settle()
		r.SelectAccount("a")
		r.SelectTab(TabActivity)
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Tokens.CopyShown(AccessToken)
		if st := r.State(); r.clip.text != "canary-token" || st.TokenPage.Access == nil || len(st.History.Entries) != 1 || st.Pictures["a"] == nil {
			t.Fatalf("nothing is there to forget: clipboard %q, %+v", r.clip.text, st)
		}
		r.AskSignOut()
		r.SignOut()
		r.q.settle()
		r.mustRoute(t, RouteReceipt)
		if r.clip.text != "" {
			t.Error("the clipboard keeps the token")
		}
		st := r.State()
		if st.TokenPage.Access != nil || len(st.History.Entries) != 0 || st.Selected == "a" || st.Pictures["a"] != nil {
			t.Errorf("left: %+v, %+v, %q selected, picture %q", st.TokenPage, st.History, st.Selected, st.Pictures["a"])
		}
		if st.Pictures["b"] == nil {
			t.Error("the other account's picture is gone too")
		}
	})
}

// A picture may come when its account is no longer there.
func TestLatePictureOfAGoneAccount(t *testing.T) {
	for name, leave := range map[string]func(*rig){
		"signed out": func(r *rig) { r.AskSignOut(); r.SignOut(); r.q.settle() },
		"locked":     func(r *rig) { r.Lock(); r.q.settle() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				come := make(chan struct{})
				r := newRig(t, withAccounts("a"), withPassphrase, func(r *rig) {
					r.agent.picture = func(id string) []byte { <-come; return []byte("picture of " + id) }
				})
				r.Start()
				r.q.settle()
				leave(r)
				close(come)
				r.q.settle()
				if p := r.State().Pictures; len(p) != 0 {
					t.Errorf("kept: %q", p)
				}
			})
		})
	}
}

// The question is about the account that is shown.
func TestAnotherAccountIsNotSignedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		r.SelectAccount("a")
		r.AskSignOut()
		r.SelectAccount("b")
		if q := r.State().SignOut; q != nil {
			t.Errorf("on another page it asks %+v", q)
		}
		r.SignOut()
		r.q.settle()
		if len(r.agent.outs) != 0 || len(r.State().Accounts) != 2 {
			t.Errorf("signed out %d, %d accounts left", len(r.agent.outs), len(r.State().Accounts))
		}
	})
}

// An account that was signed out elsewhere is no longer chosen, and does not come
// back onto the page by itself.
func TestAccountThatIsGoneIsNoLongerChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		r.SelectAccount("a")
		r.q.settle()
		list := r.agent.list
		change := func(list []*auth.Account) {
			r.agent.mu.Lock()
			r.agent.list = list
			r.agent.mu.Unlock()
			r.agent.changes <- struct{}{}
			r.q.settle()
		}
		change(list[1:])
		if st := r.State(); st.Selected != "" || st.Route != RouteWelcome {
			t.Errorf("chosen is %q on page %s", st.Selected, st.Route)
		}
		change(list)
		if st := r.State(); st.Selected != "" || st.Route != RouteWelcome {
			t.Errorf("when it is back: chosen is %q on page %s", st.Selected, st.Route)
		}
	})
}
