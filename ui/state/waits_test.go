package state

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// gate stands before every service: what comes may pass, waits until nobody wants it any
// more, or fails.
type gate struct {
	mu    sync.Mutex
	calls map[string]int
	mode  gateMode
	held  map[string][]chan gateMode
}

type gateMode int

const (
	gateOpen gateMode = iota
	gateWaits
	gateFails
	gateHolds // also what nobody wants any more, until it is let go
)

func (g *gate) set(mode gateMode) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mode, g.calls = mode, map[string]int{}
}

// letGo lets go what is held of a service, "" for all, and what comes to it from now on.
func (g *gate) letGo(name string, mode gateMode) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for asked, held := range g.held {
		if name != "" && asked != name {
			continue
		}
		for _, c := range held {
			c <- mode
		}
		delete(g.held, asked)
	}
	if name == "" {
		g.mode = mode
	}
}

// hold makes a call that waits to be let go.
func (g *gate) hold(name string) <-chan gateMode {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held == nil {
		g.held = map[string][]chan gateMode{}
	}
	c := make(chan gateMode, 1)
	g.held[name] = append(g.held[name], c)
	return c
}

func (g *gate) count(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls[name]
}

// through asks a service.
func through[T any](ctx context.Context, g *gate, name string, ask func() (T, error)) (none T, err error) {
	g.mu.Lock()
	g.calls[name]++
	mode := g.mode
	g.mu.Unlock()
	if mode == gateHolds {
		mode = <-g.hold(name)
	}
	switch mode {
	case gateWaits:
		<-ctx.Done()
		return none, ctx.Err()
	case gateFails:
		return none, errTest
	case gateOpen, gateHolds:
	}
	return ask()
}

func past(ctx context.Context, g *gate, name string, ask func() error) error {
	_, err := through(ctx, g, name, func() (struct{}, error) { return struct{}{}, ask() })
	return err
}

// gatedAgent, gatedVault and gatedDesk are the rig's behind the gate.
type gatedAgent struct {
	*fakeAgent
	g *gate
}

func (a gatedAgent) SignOut(ctx context.Context, id string, o auth.SignOutOptions) (*auth.Receipt, error) {
	return through(ctx, a.g, "SignOut", func() (*auth.Receipt, error) { return a.fakeAgent.SignOut(ctx, id, o) })
}

func (a gatedAgent) Token(ctx context.Context, id string, ttl time.Duration) (*auth.Token, error) {
	return through(ctx, a.g, "Token", func() (*auth.Token, error) { return a.fakeAgent.Token(ctx, id, ttl) })
}

func (a gatedAgent) Examine(ctx context.Context, id string, t providers.Secret) (*auth.Inspection, error) {
	return through(ctx, a.g, "Examine", func() (*auth.Inspection, error) { return a.fakeAgent.Examine(ctx, id, t) })
}

func (a gatedAgent) LookUp(ctx context.Context, t providers.Secret) (*auth.Inspection, error) {
	return through(ctx, a.g, "LookUp", func() (*auth.Inspection, error) { return a.fakeAgent.LookUp(ctx, t) })
}

func (a gatedAgent) Introspect(ctx context.Context, id string, t providers.Secret) (map[string]any, error) {
	return through(ctx, a.g, "Introspect", func() (map[string]any, error) { return a.fakeAgent.Introspect(ctx, id, t) })
}

func (a gatedAgent) TakeHistory(ctx context.Context, id string) ([]history.Entry, error) {
	return through(ctx, a.g, "TakeHistory", func() ([]history.Entry, error) { return a.fakeAgent.TakeHistory(ctx, id) })
}

func (a gatedAgent) Refresh(ctx context.Context, id string) (*auth.Account, error) {
	return through(ctx, a.g, "Refresh", func() (*auth.Account, error) { return a.fakeAgent.Refresh(ctx, id) })
}

func (a gatedAgent) RetryNow(ctx context.Context) error {
	return past(ctx, a.g, "RetryNow", func() error { return a.fakeAgent.RetryNow(ctx) })
}

func (a gatedAgent) ClearReceipts(ctx context.Context, pending bool) (auth.ClearedReceipts, error) {
	return through(ctx, a.g, "ClearReceipts", func() (auth.ClearedReceipts, error) { return a.fakeAgent.ClearReceipts(ctx, pending) })
}

func (a gatedAgent) UndoSignOut(ctx context.Context, id string) (*auth.Account, error) {
	return through(ctx, a.g, "UndoSignOut", func() (*auth.Account, error) { return a.fakeAgent.UndoSignOut(ctx, id) })
}

func (a gatedAgent) Describe(ctx context.Context, id string, change func(*auth.Description)) (*auth.Account, error) {
	return through(ctx, a.g, "Describe", func() (*auth.Account, error) { return a.fakeAgent.Describe(ctx, id, change) })
}

type gatedVault struct {
	*fakeVault
	g *gate
}

func (v gatedVault) Setup(ctx context.Context, passphrase string) error {
	return past(ctx, v.g, "Setup", func() error { return v.fakeVault.Setup(ctx, passphrase) })
}

func (v gatedVault) Lock(ctx context.Context) error {
	return past(ctx, v.g, "Lock", func() error { return v.fakeVault.Lock(ctx) })
}

func (v gatedVault) Unlock(ctx context.Context, passphrase string) error {
	return past(ctx, v.g, "Unlock", func() error { return v.fakeVault.Unlock(ctx, passphrase) })
}

func (v gatedVault) Protect(ctx context.Context, p vault.Protection, passphrase string) error {
	return past(ctx, v.g, "Protect", func() error { return v.fakeVault.Protect(ctx, p, passphrase) })
}

func (v gatedVault) LockAfter(ctx context.Context, after time.Duration) error {
	return past(ctx, v.g, "LockAfter", func() error { return v.fakeVault.LockAfter(ctx, after) })
}

func (v gatedVault) Export(ctx context.Context, w io.Writer, passphrase string) (vault.ExportReport, error) {
	return through(ctx, v.g, "Export", func() (vault.ExportReport, error) { return v.fakeVault.Export(ctx, w, passphrase) })
}

func (v gatedVault) Import(ctx context.Context, r io.Reader, passphrase string, o vault.ImportOptions) (vault.ImportReport, error) {
	return through(ctx, v.g, "Import", func() (vault.ImportReport, error) { return v.fakeVault.Import(ctx, r, passphrase, o) })
}

type gatedDesk struct {
	*fakeDesk
	g *gate
}

func (d gatedDesk) Send(ctx context.Context, id string, r tryit.Request) (*tryit.Answer, error) {
	return through(ctx, d.g, "Send", func() (*tryit.Answer, error) { return d.fakeDesk.Send(ctx, id, r) })
}

func (d gatedDesk) Clear(ctx context.Context, id string) error {
	return past(ctx, d.g, "Clear", func() error { return d.fakeDesk.Clear(ctx, id) })
}

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
