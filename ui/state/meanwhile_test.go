package state

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/providers"
)

// outOfTheVault are the parts of the window that the lock must have emptied, and that are
// not empty.
func (r *rig) outOfTheVault() (left []string) {
	st := reflect.ValueOf(r.State())
	for i := range st.NumField() {
		// A message may say what came of something that was under way.
		if name := st.Type().Field(i).Name; name != "Notice" && !slices.Contains(outlivesLock, name) && !empty(st.Field(i)) {
			left = append(left, name)
		}
	}
	for name, v := range ownFields(r.Store) {
		if !empty(v) {
			left = append(left, name)
		}
	}
	if r.clip.Content() != "" {
		left = append(left, "the clipboard")
	}
	return left
}

// Whatever the person waits for when the vault is locked brings nothing back of what the
// lock took away: not while the vault is being locked, nor afterwards.
func TestNothingComesBackBehindTheLock(t *testing.T) {
	for _, w := range everyWait(t) {
		switch w.name {
		case "unlock", "set the vault up":
			continue // there is nothing to lock
		case "protect the vault":
			w.asks = "Unlock" // with the passphrase that holds until now
			w.do = func(r *rig) { r.Protect.Save("present", "correct horse battery", "correct horse battery") }
		}
		for name, mode := range map[string]gateMode{"succeeds": gateOpen, "fails": gateFails} {
			t.Run(w.name+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					with := w.with
					w.with = func(r *rig) { with(r); withPassphrase(r); r.vault.passphrase = "present" }
					r, g := gated(t, w)
					g.set(gateHolds)
					w.do(r)
					r.q.settle()
					if g.count(w.asks) != 1 {
						t.Fatalf("%s was not asked", w.asks)
					}
					r.Lock() // which is held too
					r.q.settle()
					r.mustRoute(t, RouteLocked)
					g.letGo(w.asks, mode)
					r.q.settle()
					if left := r.outOfTheVault(); len(left) > 0 {
						t.Errorf("while the vault is being locked, there is %q", left)
					}
					g.letGo("", gateOpen)
					time.Sleep(time.Minute)
					r.q.settle()
					r.mustRoute(t, RouteLocked)
					if left := r.outOfTheVault(); len(left) > 0 {
						t.Errorf("behind the lock, there is %q", left)
					}
				})
			})
		}
	}
}

// A description that cannot be kept is not shown in the panel of another account.
func TestADescriptionStaysWithItsAccount(t *testing.T) {
	for name, next := range map[string]func(r *rig){
		"closed":      func(*rig) {},
		"its panel":   func(r *rig) { r.Describe.Ask() },
		"with a name": func(r *rig) { r.Describe.Ask(); r.Describe.TypeLabel("Home") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, g := gated(t, wait{ready: func(r *rig) { r.Describe.Ask(); r.Describe.TypeLabel("Work") }, with: func(*rig) {}})
				g.set(gateHolds)
				r.Describe.Save()
				r.q.settle()
				r.SelectAccount("b")
				next(r)
				before := r.State().Describe
				g.letGo("", gateFails)
				r.q.settle()
				st := r.State()
				if !reflect.DeepEqual(st.Describe, before) {
					t.Errorf("the panel of b is %+v", st.Describe)
				}
				if !strings.HasPrefix(st.Notice.Text, "User a: ") {
					t.Errorf("of what was not kept, it says %q", st.Notice.Text)
				}
			})
		})
	}
}

// The lock comes last: what was about to prove a passphrase does not open the vault again.
func TestTheLockHoldsWhileTheProtectionChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, g := gated(t, wait{ready: func(r *rig) { r.Protect.Open() }, with: func(r *rig) { withPassphrase(r); r.vault.passphrase = "present" }})
		g.set(gateHolds)
		r.Protect.Save("present", "correct horse battery", "correct horse battery")
		r.q.settle()
		if g.count("Unlock") != 1 {
			t.Fatal("the passphrase is not proved")
		}
		r.Lock()
		r.q.settle()
		g.letGo("Lock", gateOpen)
		r.q.settle()
		g.letGo("", gateOpen)
		r.q.settle()
		if status, _ := r.vault.Status(t.Context()); !status.Locked {
			t.Error("the vault is open behind the lock")
		}
	})
}

// To choose when the vault locks by itself does not end a change of its protection.
func TestTwoChangesOfTheVault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, g := gated(t, wait{ready: func(r *rig) { r.Protect.Open(); r.Protect.Choose("passphrase") }, with: func(*rig) {}})
		g.set(gateHolds)
		r.Protect.Save("", "correct horse battery", "correct horse battery")
		r.q.settle()
		r.Protect.LockAfter(time.Hour)
		r.q.settle()
		g.letGo("", gateOpen)
		r.q.settle()
		if st := r.State(); st.Protect.Busy || st.Notice.Text == "" || st.Vault.LockAfter != 3600 {
			t.Errorf("%+v, %+v, %+v", st.Protect, st.Notice, st.Vault)
		}
	})
}

// What came of it says whose it is once another account is shown.
func TestWhatComesLaterNamesItsAccount(t *testing.T) {
	for _, w := range everyWait(t) {
		if w.asks != "Refresh" && w.asks != "Token" {
			continue
		}
		for name, mode := range map[string]gateMode{"succeeds": gateOpen, "fails": gateFails} {
			t.Run(w.name+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r, g := gated(t, w)
					g.set(gateHolds)
					w.do(r)
					r.q.settle()
					r.SelectAccount("b")
					r.q.settle()
					g.letGo("", mode)
					r.q.settle()
					if n := r.State().Notice.Text; !strings.HasPrefix(n, "User a: ") {
						t.Errorf("on the page of b, it says %q", n)
					}
					r.SelectAccount("a")
					g.set(mode)
					w.do(r)
					r.q.settle()
					if n := r.State().Notice.Text; n == "" || strings.Contains(n, "User a") {
						t.Errorf("on its own page, it says %q", n)
					}
				})
			})
		}
	}
}

// A token that comes once its account is signed out is not copied any more.
func TestNoTokenIsCopiedAfterTheSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, g := gated(t, wait{ready: func(*rig) {}, with: func(*rig) {}})
		r.agent.token.AccessToken = providers.NewSecret("canary")
		g.set(gateHolds)
		r.Tokens.Copy()
		r.AskSignOut()
		r.SignOut()
		r.q.settle()
		g.letGo("SignOut", gateOpen)
		r.q.settle()
		r.mustRoute(t, RouteReceipt)
		g.letGo("Token", gateOpen)
		r.q.settle()
		if r.clip.Content() != "" || r.State().Notice.Text != "" {
			t.Errorf("the clipboard has %q, and it says %q", r.clip.Content(), r.State().Notice.Text)
		}
	})
}

// The desktop's notification names no one, also of an account that is not shown.
func TestTheNotificationOfACopyNamesNoOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := ""
		r := newRig(t, withAccounts("a", "b"), func(r *rig) { r.agent.token.AccessToken = providers.NewSecret("canary") })
		r.sv.Notify = func(title, text string) { said = title + ": " + text }
		r.Start()
		r.q.settle()
		r.SelectAccount("b")
		r.SetHidden(true)
		r.Tray.CopyToken("a")
		r.q.settle()
		if said == "" || strings.Contains(said, "User") || !strings.Contains(said, "30 seconds") {
			t.Errorf("it says %q", said)
		}
	})
}
