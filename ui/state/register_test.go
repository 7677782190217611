package state

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// registry is an issuer that registers apps, and the vault that keeps the keys.
type registry struct {
	answer  chan error // one for each registration; a nil one is a good one
	reg     register.Registration
	deleted []string
	kept    map[string]register.Access
	secrets map[string]string
	keepErr error
}

func (g *registry) register(ctx context.Context, _ *providers.Metadata, _ register.Request) (*register.Registration, error) {
	select {
	case err := <-g.answer:
		if err != nil {
			return nil, err
		}
		reg := g.reg
		return &reg, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (g *registry) deregister(_ context.Context, a register.Access) error {
	g.deleted = append(g.deleted, a.URI)
	return nil
}

// newRegistry gives the store an issuer that registers, looked up already.
func newRegistry(t *testing.T, r *rig) (*registry, *providers.Set) {
	t.Helper()
	set := realSet(t, r)
	g := &registry{
		answer: make(chan error, 4), kept: map[string]register.Access{}, secrets: map[string]string{},
		reg: register.Registration{
			Registered: providers.Registered{
				ClientID: "given-1", Auth: "client_secret_post", SecretUse: "required",
				Redirect: providers.Redirect{Host: "127.0.0.1", Path: "/callback", Ports: []int{51789}, Register: "http://127.0.0.1:51789/callback"},
			},
			Secret: providers.NewSecret("canary-secret"), Changes: []string{"It gave a client secret."},
			Access: register.Access{URI: "https://login.forge.example/register/1", Token: providers.NewSecret("canary-key")},
		},
	}
	r.sv.Register, r.sv.Deregister = g.register, g.deregister
	r.sv.SaveRegistration = func(_ context.Context, id string, a register.Access) error {
		if g.keepErr != nil {
			return g.keepErr
		}
		g.kept[id] = a
		return nil
	}
	r.sv.Registration = func(_ context.Context, id string) (register.Access, error) { return g.kept[id], nil }
	r.sv.SaveSecret = func(_ context.Context, id string, s providers.Secret) error {
		g.secrets[id] = s.Reveal()
		return nil
	}
	r.sv.Discover = func(context.Context, string, string) (*providers.Metadata, error) {
		m := found()
		m.RegistrationEndpoint = m.Issuer + "/register"
		return m, nil
	}
	r.Start()
	r.q.settle()
	r.Add.Open()
	r.Add.LookUp("https://login.forge.example")
	r.q.settle()
	if !r.State().Add.CanRegister() {
		t.Fatalf("%+v", r.State().Add)
	}
	return g, set
}

func TestRegisterApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, _ := newRegistry(t, r)
		r.Add.Register()
		r.Add.Register() // once is enough
		r.q.settle()
		if a := r.State().Add; !a.Registering || a.Registered != nil {
			t.Fatalf("%+v", a)
		}
		r.Add.Save(NewProvider{ID: "forge"}) // not meanwhile
		g.answer <- nil
		r.q.settle()
		if a := r.State().Add; a.Registering || a.Registered == nil || a.Registered.ClientID != "given-1" || a.Busy {
			t.Fatalf("%+v", a)
		}
	})
}

// A registration that comes behind the lock has no page any more, and no one knows
// of it: it is taken back.
func TestLockTakesARegistrationBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withPassphrase)
		g, _ := newRegistry(t, r)
		r.Add.Register()
		r.q.settle()
		r.Lock()
		r.q.settle()
		g.answer <- nil
		r.q.settle()
		if a := r.State().Add; a.Registering || a.Registered != nil || len(g.deleted) != 1 {
			t.Errorf("deleted %q, page %+v", g.deleted, a)
		}
	})
}

func TestTheRegisteredProviderIsKeptWithItsSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, set := newRegistry(t, r)
		g.answer <- nil
		r.Add.Register()
		r.q.settle()
		r.Add.Save(NewProvider{ID: "forge", Name: "Forge", ClientID: " given-1 "})
		r.q.settle()
		r.mustRoute(t, RouteOptions)
		p, ok := set.Lookup("forge")
		if !ok || p.Client.ID != "given-1" || p.Client.Auth != "client_secret_post" || len(p.Redirect.Ports) != 1 {
			t.Fatalf("%+v", p)
		}
		if g.secrets["forge"] != "canary-secret" || g.kept["forge"].Token.Reveal() != "canary-key" {
			t.Error("the secrets are not kept")
		}
		if text, _ := os.ReadFile(p.Origin); strings.Contains(string(text), "canary") {
			t.Error("a secret is in the file")
		}
		r.Home()
		r.q.settle()
		if len(g.deleted) > 0 {
			t.Error("the registration of a provider that stays was deleted")
		}
		r.File.Edit("forge")
		r.q.settle()
		r.File.AskRemove()
		r.File.Remove()
		r.q.settle()
		if len(g.deleted) != 1 || !g.kept["forge"].IsZero() || !strings.Contains(r.State().Notice.Text, "deleted at the provider") {
			t.Errorf("%q deleted, says %q", g.deleted, r.State().Notice.Text)
		}
	})
}

// A registration whose key no one has cannot be deleted: the page says so.
func TestARegistrationThatStaysIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, _ := newRegistry(t, r)
		g.answer <- nil
		r.Add.Register()
		r.q.settle()
		r.Add.Save(NewProvider{ID: "forge", Name: "Forge", ClientID: "given-1"})
		r.q.settle()
		delete(g.kept, "forge")
		r.File.Edit("forge")
		r.q.settle()
		r.File.AskRemove()
		r.File.Remove()
		r.q.settle()
		if n := r.State().Notice; n.Kind != NoticeWarn || !strings.Contains(n.Text, "client ID given-1) cannot be deleted from here") || len(g.deleted) > 0 {
			t.Errorf("%+v", n)
		}
	})
}

// A copy of a provider has the registration of the original. Removing the copy
// does not advise deleting it, and removing the original leaves it to the copy.
func TestTheRegistrationOfACopyStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, _ := newRegistry(t, r)
		g.answer <- nil
		r.Add.Register()
		r.q.settle()
		r.Add.Save(NewProvider{ID: "forge", Name: "Forge", ClientID: "given-1"})
		r.q.settle()
		for _, c := range []struct{ remove, says string }{
			{"forge-2", "was kept: Forge uses it too."},
			{"forge", "was kept: Forge (copy) uses it too."},
			{"forge-2", "was deleted at the provider."},
		} {
			if _, there := r.sv.Catalog.Lookup("forge-2"); !there {
				r.File.Edit("forge")
				r.q.settle()
				r.File.Duplicate()
				r.q.settle()
			}
			r.File.Edit(c.remove)
			r.q.settle()
			r.File.AskRemove()
			r.File.Remove()
			r.q.settle()
			if n := r.State().Notice; n.Kind != NoticeGood || !strings.Contains(n.Text, c.says) {
				t.Errorf("removing %s says %+v", c.remove, n)
			}
		}
		if len(g.deleted) != 1 || !g.kept["forge"].IsZero() || !g.kept["forge-2"].IsZero() {
			t.Errorf("deleted %q, still kept %v", g.deleted, g.kept)
		}
	})
}

// A provider whose registration cannot be read is not removed: its key would wait
// for the next provider of that ID.
func TestAProviderStaysIfItsRegistrationCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, set := newRegistry(t, r)
		g.answer <- nil
		r.Add.Register()
		r.q.settle()
		r.Add.Save(NewProvider{ID: "forge", Name: "Forge", ClientID: "given-1"})
		r.q.settle()
		r.sv.Registration = func(context.Context, string) (register.Access, error) {
			return register.Access{}, vault.ErrDamaged
		}
		r.File.Edit("forge")
		r.q.settle()
		r.File.AskRemove()
		r.File.Remove()
		r.q.settle()
		if f := r.State().File; f.Error == "" || f.Busy || f.Removing {
			t.Errorf("%+v", f)
		}
		if _, there := set.Lookup("forge"); !there || g.secrets["forge"] == "" {
			t.Error("the provider or its secret is gone")
		}
	})
}

func TestRegistrationThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, _ := newRegistry(t, r)
		g.answer <- register.ErrNotOpen
		r.Add.Register()
		r.q.settle()
		if a := r.State().Add; a.Registering || a.Registered != nil || !strings.Contains(a.RegisterError, register.ErrNotOpen.Error()) {
			t.Errorf("%+v", a)
		}
		g.answer <- nil
		r.Add.Register()
		r.q.settle()
		if a := r.State().Add; a.Registered == nil || a.RegisterError != "" {
			t.Errorf("%+v", a)
		}
	})
}

func TestRegistrationsThatNobodyUsesAreTakenBack(t *testing.T) {
	for name, leave := range map[string]func(t *testing.T, r *rig, g *registry){
		"discarded": func(_ *testing.T, r *rig, g *registry) {
			g.answer <- nil
			r.q.settle()
			r.AskDiscard()
			r.Discard()
		},
		"discarded with the program": func(t *testing.T, r *rig, g *registry) {
			g.answer <- nil
			r.q.settle()
			r.Home()
			quit := false
			r.sv.Quit = func() { quit = true }
			if r.MayQuit() {
				t.Error("it ends without a question")
			}
			r.DiscardAndQuit()
			r.q.settle()
			if !quit {
				t.Error("it does not end")
			}
		},
		"emptied before it is left": func(t *testing.T, r *rig, g *registry) {
			g.answer <- nil
			r.q.settle()
			r.Home() // kept with what was typed
			r.Add.Open()
			r.q.settle()
			if r.State().Add.Registered == nil {
				t.Fatal("it was not kept")
			}
			form := r.State().Add.form()
			for field := range r.State().Drafts[form] {
				r.update(func(st *State) { keep(st, form, field, "", "") })
			}
			r.Home()
		},
		"left before the answer": func(_ *testing.T, r *rig, g *registry) {
			r.Home()
			g.answer <- nil
		},
		"another client id": func(t *testing.T, r *rig, g *registry) {
			g.answer <- nil
			r.q.settle()
			r.Add.Save(NewProvider{ID: "forge", ClientID: "my-own"})
			r.q.settle()
			r.mustRoute(t, RouteOptions)
			if p := r.State().Options.Provider; p.Client.ID != "my-own" || len(p.Redirect.Ports) > 0 || len(g.secrets) > 0 {
				t.Errorf("%+v", p)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				g, _ := newRegistry(t, r)
				r.Add.Register()
				r.q.settle()
				leave(t, r, g)
				r.q.settle()
				if len(g.deleted) != 1 || r.State().Add.Registered != nil || len(g.kept) > 0 {
					t.Errorf("%q deleted, %+v", g.deleted, r.State().Add)
				}
			})
		})
	}
}

func TestRegistrationWhoseKeyCannotBeKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		g, set := newRegistry(t, r)
		g.keepErr = errTest
		g.answer <- nil
		r.Add.Register()
		r.q.settle()
		r.Add.Save(NewProvider{ID: "forge", ClientID: "given-1"})
		r.q.settle()
		r.mustRoute(t, RouteOptions)
		if _, ok := set.Lookup("forge"); !ok || r.State().Notice.Kind != NoticeWarn || !strings.Contains(r.State().Notice.Text, "could not be saved") {
			t.Errorf("says %+v", r.State().Notice)
		}
	})
}

// newTest gives the store tests that go on as the test says.
func newTest(t *testing.T) (r *rig, next chan probe.Check, end chan error) {
	t.Helper()
	r = newRig(t)
	next, end = make(chan probe.Check), make(chan error)
	r.sv.Probe = func(ctx context.Context, id string, observe func(probe.Check)) (*probe.Result, error) {
		for {
			select {
			case c := <-next:
				observe(c)
			case err := <-end:
				return &probe.Result{Provider: id}, err
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}
	r.Start()
	r.q.settle()
	r.Setup.Edit("demo")
	return r, next, end
}

func TestProviderTestIsToldAsItGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, next, end := newTest(t)
		r.Setup.Test()
		next <- probe.Check{Name: "settings", Outcome: idtoken.Passed}
		r.q.settle()
		if v := r.State().Setup.Test; !v.Busy || len(v.Checks) != 1 || v.Summary() != "" {
			t.Errorf("%+v", v)
		}
		r.Setup.Test() // one at a time
		next <- probe.Check{Name: "client", Outcome: idtoken.Failed}
		next <- probe.Check{Name: "device", Outcome: idtoken.Skipped}
		end <- nil
		r.q.settle()
		if v := r.State().Setup.Test; v.Busy || len(v.Checks) != 3 || v.Summary() != "1 problem found." {
			t.Errorf("%+v", v)
		}
		// Once more, from the beginning.
		r.Setup.Test()
		r.q.settle()
		if v := r.State().Setup.Test; !v.Busy || len(v.Checks) > 0 {
			t.Errorf("%+v", v)
		}
	})
}

func TestProviderTestEndsWithItsPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _, end := newTest(t)
		r.Setup.Test()
		r.Home()
		r.q.settle()
		r.Setup.Edit("demo")
		if v := r.State().Setup.Test; v.Busy || v.Error != "" {
			t.Errorf("%+v", v)
		}
		r.Setup.Test()
		end <- errTest
		r.q.settle()
		if v := r.State().Setup.Test; v.Error == "" || v.Summary() != "" {
			t.Errorf("%+v", v)
		}
	})
}

func TestTestSummary(t *testing.T) {
	for want, v := range map[string]Test{
		"":                  {Failed: 1},
		"2 problems found.": {Done: true, Failed: 2, Untold: 1},
		"No problems found, as far as can be checked without signing in.": {Done: true, Untold: 1},
		"No problems found.": {Done: true},
	} {
		if got := v.Summary(); got != want {
			t.Errorf("%+v: %q", v, got)
		}
	}
}
