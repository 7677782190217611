package state

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
	"github.com/google/go-cmp/cmp"
)

// realSet gives the store real provider files in a folder of the test.
func realSet(t *testing.T, r *rig) *providers.Set {
	t.Helper()
	set, err := providers.Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.sv.Catalog, r.sv.Own = set, set
	return set
}

func found() *providers.Metadata {
	return &providers.Metadata{
		Issuer: "https://login.forge.example", AuthorizationEndpoint: "https://login.forge.example/a", TokenEndpoint: "https://login.forge.example/t",
		JWKSURI: "https://login.forge.example/k", ScopesSupported: []string{"openid", "profile"},
	}
}

// What the page says to register is what the provider will have under its ID.
func TestRedirectURIsOfANewProvider(t *testing.T) {
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	same := func(page AddPage, typed, id, file string) {
		t.Helper()
		p, err := providers.Parse("new", []byte("id = '"+id+"'\n"+file))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p.Redirect.RegisterURIs(), page.RedirectURIs(typed)); d != "" {
			t.Errorf("%s: the file's and the page's:\n%s", p.Name, d)
		}
	}
	for _, p := range set.All() {
		if p.Preset == "" && p.Client.SecretUse != "" && p.Redirect.Register != "" {
			page := AddPage{Preset: p, ID: p.ID + "-2"}
			same(page, "", p.ID+"-2", "preset = '"+p.ID+"'")
			same(page, " mine ", "mine", "preset = '"+p.ID+"'")
		}
	}
	page := AddPage{Found: found(), ID: "forge"}
	same(page, "", "forge", "preset = 'oidc'\nissuer = 'https://login.forge.example'")
	same(page, "mine", "mine", "preset = 'oidc'\nissuer = 'https://login.forge.example'")
}

func TestAddByIssuer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		set := realSet(t, r)
		var asked []string
		r.sv.Discover = func(_ context.Context, issuer, _ string) (*providers.Metadata, error) {
			asked = append(asked, issuer)
			if len(asked) == 1 {
				return nil, auth.ErrOffline
			}
			return found(), nil
		}
		kept := map[string]string{}
		r.sv.SaveSecret = func(_ context.Context, id string, s providers.Secret) error {
			kept[id] = s.Reveal()
			return nil
		}
		r.Start()
		r.q.settle()
		r.Add.Open()
		r.mustRoute(t, RouteAdd)
		r.Add.LookUp("  ")
		if !strings.Contains(r.State().Add.Error, "issuer") {
			t.Errorf("an empty address: %q", r.State().Add.Error)
		}
		r.Add.LookUp("login.forge.example")
		r.q.settle()
		if a := r.State().Add; a.Chosen() || a.Error == "" || a.Issuer != "login.forge.example" {
			t.Fatalf("offline: %+v", a)
		}
		r.Add.LookUp("https://login.forge.example/.well-known/openid-configuration")
		r.q.settle()
		a := r.State().Add
		if asked[1] != "https://login.forge.example" || a.Found == nil || a.ID != "forge" || a.Name != "Forge" {
			t.Fatalf("asked %q, page %+v", asked, a)
		}
		r.Add.Save(NewProvider{ID: " forge ", Name: "Our forge", ClientID: "abc", Secret: providers.NewSecret("canary")})
		r.q.settle()
		r.mustRoute(t, RouteOptions)
		p, ok := set.Lookup("forge")
		if !ok || p.Name != "Our forge" || p.Client.ID != "abc" || kept["forge"] != "canary" {
			t.Fatalf("%+v, secrets of %d", p, len(kept))
		}
		if text, _ := os.ReadFile(p.Origin); strings.Contains(string(text), "canary") {
			t.Error("the secret is in the file")
		}
	})
}

func TestAddWithoutItsSecretIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		set := realSet(t, r)
		r.sv.SaveSecret = func(context.Context, string, providers.Secret) error { return errTest }
		r.Start()
		r.q.settle()
		r.Add.Open()
		r.Add.ChoosePreset("gitlab")
		if a := r.State().Add; a.Preset == nil || a.ID != "gitlab-2" {
			t.Fatalf("%+v", a)
		}
		r.Add.Save(NewProvider{ID: "gitlab-2", ClientID: "abc", Secret: providers.NewSecret("x")})
		r.q.settle()
		r.mustRoute(t, RouteAdd)
		if r.State().Add.Error != "Words for test failure." {
			t.Errorf("says %q", r.State().Add.Error)
		}
		if _, ok := set.Lookup("gitlab-2"); ok {
			t.Error("the provider stays without its secret")
		}
		r.Cancel()
		if r.State().Add.Chosen() {
			t.Error("Escape does not go a step back")
		}
		r.Cancel()
		r.mustRoute(t, RouteWelcome)
	})
}

func TestAddTellsWhatIsWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		realSet(t, r)
		r.Start()
		r.q.settle()
		r.Add.Open()
		r.Add.ChoosePreset("keycloak")
		r.Add.Save(NewProvider{ID: "Not An Id", ClientID: "abc"})
		r.q.settle()
		if e := r.State().Add.Error; !strings.Contains(e, "“id” must be") {
			t.Errorf("says %q", e)
		}
		// What is still missing is asked for afterwards.
		r.Add.Save(NewProvider{ID: "keys"})
		r.q.settle()
		r.mustRoute(t, RouteSetup)
	})
}

func TestImportFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		set := realSet(t, r)
		dir := t.TempDir()
		write := func(name, text string) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		r.Start()
		r.q.settle()
		for name, c := range map[string]struct{ path, want string }{
			"no file":       {filepath.Join(dir, "absent.toml"), "cannot be read"},
			"a folder":      {dir, "is not a provider file"},
			"a big one":     {write("big.toml", strings.Repeat("#", maxImport+1)), "is not a provider file"},
			"a wrong key":   {write("wrong.toml", "id = \"x\"\npreset = \"oidc\"\ncolour = 1\n"), "Line 3: “colour”"},
			"no TOML":       {write("no.toml", "<html>"), "Line 1"},
			"a built-in id": {write("taken.toml", "id = \"github\"\n"), "Words for"},
		} {
			r.Add.ImportFile(c.path)
			r.q.settle()
			r.mustRoute(t, RouteAdd)
			if e := r.State().Add.Error; !strings.Contains(e, c.want) {
				t.Errorf("%s: says %q", name, e)
			}
		}
		r.Add.ImportFile(write("good.toml", "id = \"good\"\npreset = \"github\"\nname = \"Good\"\n[client]\nid = \"a\"\n"))
		r.q.settle()
		if p, ok := set.Lookup("good"); !ok || p.Name != "Good" {
			t.Fatalf("not added: %q", r.State().Add.Error)
		}
		if r.State().Notice.Text != "Good was added." {
			t.Errorf("notice %q", r.State().Notice.Text)
		}
	})
}

const mine = "id = \"mine\"\npreset = \"oauth2\"\nname = \"Mine\"\n\n[client]\nid = \"a\"\n"

// editing opens the file of the provider mine.
func editing(t *testing.T) (*rig, *providers.Set) {
	t.Helper()
	r := newRig(t, withAccounts("x"))
	set := realSet(t, r)
	if _, err := set.Add([]byte(mine)); err != nil {
		t.Fatal(err)
	}
	r.agent.list[0].Provider = "mine"
	r.Start()
	r.q.settle()
	r.File.Edit("mine")
	r.q.settle()
	r.mustRoute(t, RouteFile)
	return r, set
}

func TestEditFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, set := editing(t)
		f := r.State().File
		if f.Text != mine || f.Changed() || len(f.Mappings) < 2 || f.Accounts != 1 {
			t.Fatalf("%+v", f)
		}
		r.File.Type("id = [")
		r.q.settle()
		if f := r.State().File; len(f.Problems) == 0 || len(f.Mappings) < 2 {
			t.Errorf("a half-typed text: %+v", f)
		}
		r.File.Type(mineWithTeams)
		r.q.settle()
		f = r.State().File
		if len(f.Problems) > 0 || !f.Changed() || f.Mappings[len(f.Mappings)-1].Name != "Teams" {
			t.Fatalf("%+v", f)
		}
		r.File.Save()
		r.q.settle()
		if p, _ := set.Lookup("mine"); len(p.Groups) != 1 || r.State().File.Changed() {
			t.Errorf("not saved: %+v", r.State().File.Error)
		}
	})
}

const mineWithTeams = mine + "\n[[groups]]\nname = \"Teams\"\nfrom = \"userinfo\"\nkind = \"team\"\nitems = \".teams[]\"\n"

func TestMappingsAreTriedOnASample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := editing(t)
		r.File.Type(mineWithTeams)
		r.q.settle()
		r.File.ChooseMapping(len(r.State().File.Mappings) - 1)
		r.File.TypeSample(`{"teams": ["Core", "Docs"]}`)
		r.q.settle()
		if p := r.State().File.Preview; len(p.Lines) != 2 || p.Lines[0] != (words.Pair{Label: "team", Value: "Core"}) {
			t.Errorf("preview %+v", p)
		}
		r.File.TypeSample(`{"teams": 7}`)
		r.q.settle()
		if p := r.State().File.Preview; !strings.Contains(p.Error, ".teams[]") || len(p.Lines) > 0 {
			t.Errorf("preview %+v", p)
		}
		r.File.ChooseMapping(0)
		r.File.TypeSample(`{"id": 7, "name": "Mira"}`)
		r.q.settle()
		if p := r.State().File.Preview; p.Lines[0].Value != "7" || p.Lines[2].Value != "Mira" {
			t.Errorf("preview %+v", p)
		}
	})
}

func TestDuplicateExportRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, set := editing(t)
		r.File.Duplicate()
		r.q.settle()
		if f := r.State().File; f.Provider.ID != "mine-2" || f.Provider.Name != "Mine (copy)" {
			t.Fatalf("the copy: %+v", f)
		}
		to := filepath.Join(t.TempDir(), "out.toml")
		r.File.Export(to)
		r.q.settle()
		if text, err := os.ReadFile(to); err != nil || !strings.Contains(string(text), "mine-2") {
			t.Errorf("exported %q, %v", text, err)
		}
		var forgot []string
		r.sv.SaveSecret = func(_ context.Context, id string, s providers.Secret) error {
			if s.IsZero() {
				forgot = append(forgot, id)
			}
			return nil
		}
		r.File.AskRemove()
		r.Cancel()
		if r.State().File.Removing {
			t.Error("the question stays")
		}
		r.File.Remove()
		r.q.settle()
		if _, ok := set.Lookup("mine-2"); !ok {
			t.Fatal("removed without being asked")
		}
		r.File.AskRemove()
		r.File.Remove()
		r.q.settle()
		r.mustRoute(t, RouteWelcome)
		if _, ok := set.Lookup("mine-2"); ok || len(forgot) != 1 {
			t.Errorf("still there, or its secret is: %q", forgot)
		}
	})
}

func TestEditFileThatAnotherProgramChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		set := realSet(t, r)
		p, err := set.Add([]byte(mine))
		if err != nil {
			t.Fatal(err)
		}
		r.Start()
		r.q.settle()
		r.File.Edit("mine")
		r.q.settle()
		if err := os.WriteFile(p.Origin, []byte(mine+"# by hand\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.File.Type(mine + "# typed\n")
		r.File.Save()
		r.q.settle()
		if f := r.State().File; f.Error == "" || f.Text != mine+"# typed\n" {
			t.Errorf("%+v", f)
		}
		if text, _ := os.ReadFile(p.Origin); !strings.HasSuffix(string(text), "by hand\n") {
			t.Error("the other program's change is lost")
		}
	})
}

func TestABuiltInFileCannotBeRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		realSet(t, r)
		r.Start()
		r.q.settle()
		r.File.Edit("github")
		r.q.settle()
		r.File.AskRemove()
		if f := r.State().File; f.Removing || f.Text == "" {
			t.Errorf("%+v", f)
		}
	})
}

func TestFileProblems(t *testing.T) {
	err := errors.Join(&providers.FileError{Line: 3, Key: "a", Problem: "is wrong"}, errors.Join(&providers.FileError{Problem: "is not TOML"}))
	if got := strings.Join(fileProblems(err), "|"); got != "Line 3: “a” is wrong.|Is not TOML." {
		t.Errorf("%q", got)
	}
}

// A server whose certificate a company signed itself: the person names a copy
// of that certificate, and the provider's file keeps the name.
func TestAddWithACertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t)
		set := realSet(t, r)
		r.sv.Discover = func(_ context.Context, _, caFile string) (*providers.Metadata, error) {
			if caFile == "/etc/acme/ca.pem" {
				return found(), nil
			}
			return nil, ask.NewConnectionError("login.forge.example", x509.UnknownAuthorityError{Cert: &x509.Certificate{Issuer: pkix.Name{CommonName: "Acme CA"}}})
		}
		r.Start()
		r.q.settle()
		r.Add.TrustFile("/etc/acme/ca.pem") // nothing was looked up
		r.q.settle()
		r.Add.Open()
		r.Add.LookUp("https://login.forge.example")
		r.q.settle()
		if a := r.State().Add; a.Chosen() || !a.Untrusted || !strings.Contains(a.Error, "Acme CA") {
			t.Fatalf("%+v", a)
		}
		r.Add.TrustFile("/etc/acme/other.pem")
		r.q.settle()
		if a := r.State().Add; a.Chosen() || !a.Untrusted {
			t.Fatalf("with another file: %+v", a)
		}
		r.Add.TrustFile("/etc/acme/ca.pem")
		r.q.settle()
		if a := r.State().Add; a.Found == nil || a.CAFile != "/etc/acme/ca.pem" {
			t.Fatalf("%+v", a)
		}
		r.Add.Save(NewProvider{ID: "forge", ClientID: "abc"})
		r.q.settle()
		if p, ok := set.Lookup("forge"); !ok || p.Trust.CAFile != "/etc/acme/ca.pem" {
			t.Fatalf("%+v", p)
		}
	})
}
