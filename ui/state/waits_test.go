package state

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// wait is what a person does in the window that something has to be waited for.
type wait struct {
	name  string
	asks  string       // the service
	ready func(r *rig) // until it can be done
	do    func(r *rig)
	with  func(r *rig)
	again bool // the second is another wish: it counts, and the first does not
}

// everyWait is all of them.
func everyWait(t *testing.T) []wait {
	folder := t.TempDir()
	export := filepath.Join(folder, "export")
	if err := os.WriteFile(export, []byte("export"), 0o600); err != nil {
		t.Fatal(err)
	}
	nothing := func(*rig) {}
	tab := func(tab Tab) func(*rig) { return func(r *rig) { r.SelectTab(tab) } }
	undoable := func(r *rig) {
		r.AskSignOut()
		r.SignOut()
		r.q.settle()
	}
	lookedUp := func(r *rig) {
		r.Add.Open()
		r.Add.LookUp("https://login.forge.example")
		r.q.settle()
	}
	signIn := func(r *rig) {
		if r.State().Route == RouteProblem {
			r.SignIn.TryAgain()
			return
		}
		r.SignIn.Start("", nil, false)
	}
	inspecting := func(r *rig) {
		r.Inspector.Open()
		r.Inspector.Inspect(canaryToken)
		r.q.settle()
	}
	return []wait{
		{"refresh", "Refresh", nothing, func(r *rig) { r.Refresh() }, nothing, false},
		{"copy a token", "Token", nothing, func(r *rig) { r.Tokens.Copy() }, nothing, false},
		{"sign in", "SignIn", func(r *rig) { r.SignIn.Choose("demo"); r.q.settle() }, signIn, nothing, false},
		{"sign out", "SignOut", func(r *rig) { r.AskSignOut() }, func(r *rig) { r.SignOut() }, nothing, false},
		{"undo a sign-out", "UndoSignOut", undoable, func(r *rig) { r.Undo() }, nothing, false},
		{"clear the history", "TakeHistory", tab(TabActivity), func(r *rig) { r.History.Clear() }, nothing, false},
		{"retry what waits", "RetryNow", func(r *rig) { r.Queue.Open() }, func(r *rig) { r.Queue.RetryNow() }, nothing, false},
		{"clear receipts", "ClearReceipts", func(r *rig) { r.Queue.Open() }, func(r *rig) { r.Queue.ClearReceipts() }, nothing, false},
		{"name an account", "Describe", func(r *rig) { r.Describe.Ask(); r.Describe.TypeLabel("Work") }, func(r *rig) { r.Describe.Save() }, nothing, false},
		{"unlock", "Unlock", func(r *rig) { r.Lock(); r.q.settle() }, func(r *rig) { r.Unlock("correct horse") }, func(r *rig) { withPassphrase(r); r.vault.passphrase = "correct horse" }, false},
		{"set the vault up", "Setup", func(r *rig) { r.SignIn.Choose("demo"); r.q.settle(); r.SignIn.Start("", nil, false); r.q.settle() }, func(r *rig) { r.SetupVault("correct horse battery", "correct horse battery") }, withoutProtection, false},
		{"protect the vault", "Protect", func(r *rig) { r.Protect.Open(); r.Protect.Choose(vault.Passphrase) }, func(r *rig) { r.Protect.Save("", "correct horse battery", "correct horse battery") }, nothing, false},
		{"lock by itself", "LockAfter", nothing, func(r *rig) { r.Protect.LockAfter(time.Hour) }, withPassphrase, true},
		{"export the vault", "Export", func(r *rig) { r.Move.Open() }, func(r *rig) { r.Move.Export(filepath.Join(folder, "out"), "correct horse battery") }, nothing, false},
		{"import a vault", "Import", func(r *rig) { r.Move.Open() }, func(r *rig) { r.Move.Import(export, "correct horse battery", false) }, nothing, false},
		{"look an issuer up", "Discover", func(r *rig) { r.Add.Open() }, func(r *rig) { r.Add.LookUp("https://login.forge.example") }, nothing, false},
		{"register", "Register", lookedUp, func(r *rig) { r.Add.Register() }, nothing, false},
		{"test a provider", "Probe", func(r *rig) { r.Setup.Edit("demo"); r.q.settle() }, func(r *rig) { r.Setup.Test() }, nothing, false},
		{"keep a secret", "SaveSecret", func(r *rig) { r.Setup.Edit("demo"); r.q.settle() }, func(r *rig) { r.Setup.Save("c", providers.NewSecret("s"), nil) }, nothing, false},
		{"make a report", "Report", nothing, func(r *rig) { r.SaveReport(filepath.Join(folder, "report")) }, nothing, false},
		{"try a request", "Send", func(r *rig) {
			tab(TabTry)(r)
			r.q.settle()
			r.Try.Set(TryFields{Method: "GET", URL: "https://a.example/me"})
		}, func(r *rig) { r.Try.Send() }, nothing, false},
		{"clear what was tried", "Clear", tab(TabTry), func(r *rig) { r.Try.Clear() }, nothing, false},
		{"inspect", "Examine", func(r *rig) { r.Inspector.Open() }, func(r *rig) { r.Inspector.Inspect(canaryToken) }, nothing, true},
		{"ask about a token", "Introspect", func(r *rig) { inspecting(r); r.st.Inspector.CanAsk, r.st.Inspector.Account = true, "a" }, func(r *rig) { r.Inspector.Ask() }, nothing, false},
		{"fetch keys", "LookUp", inspecting, func(r *rig) { r.Inspector.LookUpKeys() }, nothing, false},
	}
}

const canaryToken = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2kuZXhhbXBsZSIsInN1YiI6IjQyIn0.c2lnbmF0dXJl"

func withoutProtection(r *rig) { r.vault.status.Protection = "" }

// gated is a window with two accounts whose services stand behind a gate.
func gated(t *testing.T, w wait) (*rig, *gate) {
	t.Helper()
	g := &gate{calls: map[string]int{}}
	r := newRig(t, withAccounts("a", "b"), w.with)
	agent := gatedAgent{r.agent, g}
	r.agent.history = map[string][]history.Entry{"a": {{}}}
	r.agent.receipts = []*auth.Receipt{{}}
	r.sv.Accounts, r.sv.Tokens, r.sv.Examiner, r.sv.Renewer, r.sv.History, r.sv.Queue, r.sv.Undoer, r.sv.Describer = agent, agent, agent, agent, agent, agent, agent, agent
	r.sv.Vault, r.sv.Guard, r.sv.Mover = gatedVault{r.vault, g}, gatedVault{r.vault, g}, gatedVault{r.vault, g}
	r.sv.Try = gatedDesk{r.desk, g}
	signIn := r.sv.SignIn
	r.sv.SignIn = func(ctx context.Context, q auth.SignInRequest) (Flow, error) {
		return through(ctx, g, "SignIn", func() (Flow, error) { return signIn(ctx, q) })
	}
	r.sv.Discover = func(ctx context.Context, _, _ string) (*providers.Metadata, error) {
		return through(ctx, g, "Discover", func() (*providers.Metadata, error) {
			m := found()
			m.RegistrationEndpoint = "https://login.forge.example/register"
			return m, nil
		})
	}
	r.sv.Register = func(ctx context.Context, _ *providers.Metadata, _ register.Request) (*register.Registration, error) {
		return through(ctx, g, "Register", func() (*register.Registration, error) { return &register.Registration{}, nil })
	}
	r.sv.Deregister = func(context.Context, register.Access) error { return nil }
	r.sv.Probe = func(ctx context.Context, _ string, _ func(probe.Check)) (*probe.Result, error) {
		return through(ctx, g, "Probe", func() (*probe.Result, error) { return &probe.Result{}, nil })
	}
	r.sv.SaveSecret = func(ctx context.Context, _ string, _ providers.Secret) error {
		return past(ctx, g, "SaveSecret", func() error { return nil })
	}
	r.sv.Report = func(ctx context.Context, _ string) (string, error) {
		return through(ctx, g, "Report", func() (string, error) { return "report", nil })
	}
	r.Start()
	r.q.settle()
	r.SelectAccount("a")
	r.q.settle()
	w.ready(r)
	r.q.settle()
	return r, g
}

// busyIn are the flags of a state that say that something is under way.
func busyIn(v reflect.Value, at string) (out []string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return busyIn(v.Elem(), at)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[State]().PkgPath() {
			return nil
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := at + "." + f.Name
			switch f.Name {
			case "Busy", "PasteBusy", "Loading", "Reading", "Saving", "Sending", "Registering", "Checking", "Asking", "Clearing":
				if !v.Field(i).IsZero() && (f.Type.Kind() != reflect.Map || v.Field(i).Len() > 0) {
					out = append(out, name)
				}
			default:
				out = append(out, busyIn(v.Field(i), name)...)
			}
		}
	default:
	}
	return out
}

// textIn are the texts of a state.
func textIn(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String() + "\n"
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return textIn(v.Elem())
		}
	case reflect.Struct:
		var all strings.Builder
		for i := range v.NumField() {
			if strings.HasPrefix(v.Type().PkgPath(), "github.com/claviger/") {
				all.WriteString(textIn(v.Field(i)))
			}
		}
		return all.String()
	case reflect.Slice:
		var all strings.Builder
		for i := range v.Len() {
			all.WriteString(textIn(v.Index(i)))
		}
		return all.String()
	default:
		return ""
	}
	return ""
}

// A second click changes nothing while the first is waited for, and the window can be
// closed meanwhile.
func TestASecondClickAndTheEndOfTheWindow(t *testing.T) {
	for _, w := range everyWait(t) {
		t.Run(w.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, g := gated(t, w)
				g.set(gateWaits)
				w.do(r)
				r.q.settle()
				if n := g.count(w.asks); n != 1 {
					t.Fatalf("%s was asked %d times", w.asks, n)
				}
				w.do(r)
				r.q.settle()
				if n := g.count(w.asks); n != 1 && !w.again {
					t.Errorf("a second click asks %s again", w.asks)
				}
				r.Close() // waits for the work: synctest ends the test if that never ends
			})
		})
	}
}

// What fails says so, is not under way any more, and can be done again at once.
func TestWhatFailsCanBeDoneAgain(t *testing.T) {
	for _, w := range everyWait(t) {
		t.Run(w.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, g := gated(t, w)
				before := textIn(reflect.ValueOf(r.State()))
				g.set(gateFails)
				w.do(r)
				r.q.settle()
				if g.count(w.asks) == 0 {
					t.Fatalf("%s was not asked", w.asks)
				}
				st := r.State()
				if busy := busyIn(reflect.ValueOf(st), "State"); len(busy) > 0 {
					t.Errorf("still under way: %q", busy)
				}
				if after := textIn(reflect.ValueOf(st)); !strings.Contains(after, errTest.Error()) || strings.Contains(before, errTest.Error()) {
					t.Error("nothing says that it failed")
				}
				g.set(gateOpen)
				w.do(r)
				r.q.settle()
				if g.count(w.asks) == 0 {
					t.Errorf("%s is not asked again", w.asks)
				}
			})
		})
	}
}
