package state

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"unsafe"

	"github.com/claviger/claviger/vault"
)

// outlivesLock are the parts of the state that did not come out of the vault: what
// the window and the person make of themselves, and the provider files.
var outlivesLock = []string{
	"Route", "ByItself", "Now", "Ticked", "Hidden", "Providers", "ProviderProblems", "Tab", "GroupView",
	"AllFields", "Add", "File", "Setup", "Settings", "Section", "Desktop", "NoTray", "AtLogIn", "About", "Vault", "VaultForm", "Drafts", "Agent",
}

// keptAtLock are the fields of the store, of its pages and of what they stand on that may
// outlive the lock too: they follow the state, are files or services, or came from the person.
var keptAtLock = map[string]string{
	"base":      "sv post render now ctx cancel wg st gens cancels forms locks posted usedAt onChange onLeave onGo onLock",
	"Store":     "tickAt file last reporting",
	"Tokens":    "history reload",
	"Inspector": "tokens",
	"History":   "offerUndo",
	"Queue":     "reload offerUndo",
	"Describe":  "reload",
	"Programs":  "book asker gate changes",
	"Consent":   "decided",
	"SignIn":    "accounts options setup",
	"Setup":     "options",
	"Add":       "goOn parked last",
	"File":      "setUp",
	"Move":      "reread",
	"Order":     "reload moves",
	"Over":      "entries",
	"Try":       "changes",
	"Protect":   "changed",
	"Tray":      "tokens show menu asked",
}

// ownFields are the fields that may not, by owner and name.
func ownFields(s *Store) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	var add func(owner reflect.Value)
	add = func(owner reflect.Value) {
		for i := range owner.NumField() {
			f, v := owner.Type().Field(i), owner.Field(i)
			// Fields are set here that only their owner can reach.
			v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
			_, page := f.Type.MethodByName("State") // it stands on the base, or is it
			switch {
			case slices.Contains(strings.Fields(keptAtLock[owner.Type().Name()]), f.Name):
			case page && owner.Type() == reflect.TypeFor[Store]():
				add(v.Elem())
			case page:
			case f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == owner.Type().PkgPath():
				add(v)
			default:
				out[owner.Type().Name()+"."+f.Name] = v
			}
		}
	}
	add(reflect.ValueOf(s).Elem())
	return out
}

// Whatever else the state is given one day must go at the lock, or be named above.
func TestLockForgetsWhateverCameOutOfTheVault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), withPassphrase, func(r *rig) { r.vault.passphrase = "right" })
		r.Start()
		r.q.settle()
		full := reflect.ValueOf(&r.st).Elem()
		for i := range full.NumField() {
			if name := full.Type().Field(i).Name; !slices.Contains(outlivesLock, name) {
				occupy(full.Field(i), 0)
			}
		}
		typed := []Form{Form(RouteVaultSetup), Form(RouteProtect), Form(RouteMove), Form(RouteAdd)}
		for _, f := range typed {
			r.st.Drafts[f] = Draft{}
		}
		own := ownFields(r.Store)
		for _, v := range own {
			occupy(v, 0)
		}
		if _, looked := own["Inspector.pasted"]; !looked || len(own) < 8 {
			t.Errorf("only %d fields of pages were found", len(own))
		}
		r.after = append(r.after, func(*State) { t.Error("what waited for the list of accounts goes on") })
		r.Lock()
		r.q.settle()
		r.mustRoute(t, RouteLocked)
		left := reflect.ValueOf(r.State())
		for i := range left.NumField() {
			name, v := left.Type().Field(i).Name, left.Field(i)
			if !slices.Contains(outlivesLock, name) && !empty(v) {
				t.Errorf("%s outlives the lock: %+v", name, v)
			}
		}
		for name, v := range own {
			if !empty(v) {
				t.Errorf("%s outlives the lock: %+v", name, v)
			}
		}
		if d := r.State().Drafts; len(d) != 1 {
			t.Errorf("drafts left: %v; only that of the new provider is not about the vault", d)
		}
		r.Unlock("right")
		r.q.settle()
		r.mustRoute(t, RouteAccount)
	})
}

func empty(v reflect.Value) bool { return v.IsZero() || v.Kind() == reflect.Map && v.Len() == 0 }

// occupy gives everything in v some value, as deep as anybody draws it.
func occupy(v reflect.Value, depth int) {
	if depth > 4 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		occupy(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		occupy(v.Index(0), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.Zero(v.Type().Key()), reflect.Zero(v.Type().Elem()))
	case reflect.Struct:
		for i := range v.NumField() {
			occupy(v.Field(i), depth+1)
		}
	default:
	}
}

// A sign-in that is under way ends with the lock: what it brings has no place to go.
func TestLockEndsASignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), withPassphrase)
		r.Start()
		r.q.settle()
		a := signingIn(t, r)
		r.Lock()
		r.q.settle()
		select {
		case <-a.canceled:
		default:
			t.Error("the sign-in goes on behind the lock")
		}
		if f := r.State().Flow; f.URL != "" || f.Events != nil {
			t.Errorf("the lock shows %+v", f)
		}
	})
}

// The vault may be locked elsewhere. Whatever the person does next meets that,
// and shows it.
func TestWhateverMeetsTheLockShowsIt(t *testing.T) {
	locked := fmt.Errorf("vault: %w", vault.ErrLocked)
	for name, do := range map[string]func(r *rig){
		"tokens":      func(r *rig) { r.agent.tokenErr = locked; r.SelectTab(TabTokens) },
		"activity":    func(r *rig) { r.agent.err = locked; r.SelectTab(TabActivity) },
		"copying":     func(r *rig) { r.agent.tokenErr = locked; r.Tokens.Copy() },
		"refreshing":  func(r *rig) { r.agent.refresh = func(context.Context, string) error { return locked }; r.Refresh() },
		"signing out": func(r *rig) { r.agent.outErr = locked; r.AskSignOut(); r.SignOut() },
		"clearing": func(r *rig) {
			r.SelectTab(TabActivity)
			r.q.settle()
			r.agent.err = locked
			r.History.Clear()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, withAccounts("a"), withPassphrase)
				r.Start()
				r.q.settle()
				do(r)
				r.q.settle()
				if st := r.State(); st.Route != RouteLocked || len(st.Accounts) != 0 {
					t.Errorf("route %s with %d accounts", st.Route, len(st.Accounts))
				}
			})
		})
	}
}

// The lock of a vault that nothing protects would be a page with one button.
func TestNothingToLock(t *testing.T) {
	for name, p := range map[string]vault.Protection{"no vault": vault.None, "the keyring alone": vault.Keyring} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, withAccounts("a"), func(r *rig) { r.vault.status.Protection = p })
			r.Start()
			r.q.settle()
			r.Lock()
			r.q.settle()
			if st := r.State(); st.Route != RouteAccount || len(st.Accounts) != 1 {
				t.Errorf("%s: route %s, %d accounts", name, st.Route, len(st.Accounts))
			}
		})
	}
}
