package providers

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddKeepsTheProviderAsAFile(t *testing.T) {
	dir := t.TempDir()
	data, err := FromPreset("contoso", "azure", "Contoso", " abc ", map[string]string{"tenant": "contoso.example"})
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	if _, err := s.Add(data); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "providers.d", "contoso.toml")
	for name, set := range map[string]*Set{"this set": s, "read again": load(t, dir)} {
		p, ok := set.Lookup("contoso")
		if !ok {
			t.Fatalf("%s: not there; problems: %v", name, set.Problems())
		}
		got := []string{p.Name, p.Client.ID, p.Variables["tenant"].Value, p.Origin}
		if diff := cmp.Diff([]string{"Contoso", "abc", "contoso.example", path}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := p.Ready(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v, %v", info, err)
	}
}

// A provider's file takes the place of a link and is not written behind it.
func TestFileIsNotWrittenBehindALink(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
	data, err := FromPreset("contoso", "azure", "Contoso", "abc", map[string]string{"tenant": "contoso.example"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(elsewhere, data, 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "providers.d", "contoso.toml")
	if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.Symlink(elsewhere, path)); err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	if err := s.Configure("contoso", "another", nil); err != nil {
		t.Fatal(err)
	}
	if p, ok := load(t, dir).Lookup("contoso"); !ok || p.Client.ID != "another" {
		t.Errorf("%+v", p)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if got, err := os.ReadFile(elsewhere); err != nil || !bytes.Equal(got, data) {
		t.Errorf("written behind the link: %v\n%s", err, got)
	}
}

// A file by issuer leaves nothing to ask for: the preset's blank is not used.
func TestFromIssuerLeavesNoBlankOpen(t *testing.T) {
	data, err := FromIssuer("forge", "", "abc", &Metadata{Issuer: "https://forge.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := load(t, t.TempDir()).Add(data)
	if err != nil || p.Ready() != nil || p.Open("issuer") {
		t.Errorf("open: %v, ready: %v, %v", p.Open("issuer"), p.Ready(), err)
	}
	for id, name := range map[string]string{"oidc": "issuer", "auth0": "namespace"} {
		if p, _ := load(t, "").Lookup(id); !p.Open(name) || p.Open("nothing") {
			t.Errorf("%s of %s cannot be filled", name, id)
		}
	}
}

func TestAddChangesNothingWhereItCannot(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "providers.d")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(dir, "elsewhere")
	if err := os.Symlink(elsewhere, filepath.Join(folder, "linked.toml")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"a built-in id":     {"id = \"github\"\npreset = \"oidc\"\n", ErrInUse},
		"a link in its way": {"id = \"linked\"\npreset = \"oidc\"\n", ErrInUse},
		"an unknown key":    {"id = \"work\"\npreset = \"oidc\"\ncolour = \"red\"\n", nil},
		"no TOML":           {"id = [", nil},
		"a path as id":      {"id = \"../../x\"\npreset = \"oidc\"\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := load(t, dir)
			before := len(s.All())
			_, err := s.Add([]byte(c.file))
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error %v", err)
			}
			if n := len(s.All()); n != before {
				t.Errorf("%d providers, were %d", n, before)
			}
		})
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 {
		t.Errorf("files: %v, %v", files, err)
	}
	if _, err := os.Lstat(elsewhere); err == nil {
		t.Error("written through the link")
	}
}

func TestRemoveTakesOnlyOnesOwn(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "providers.toml"), []byte("[[provider]]\nid = \"listed\"\npreset = \"github\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	if err := s.Configure("github", "abc", nil); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]error{"listed": ErrNotOwn, "google": ErrNotOwn, "nobody": ErrUnknown} {
		if err := s.Remove(id); !errors.Is(err, want) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := s.Remove("github"); err != nil {
		t.Fatal(err)
	}
	// The built-in one is back.
	if p, ok := s.Lookup("github"); !ok || p.Origin != BuiltIn || p.Client.ID != "" {
		t.Errorf("github: %v", ok)
	}
	if files, err := os.ReadDir(filepath.Join(dir, "providers.d")); err != nil || len(files) != 0 {
		t.Errorf("left: %v, %v", files, err)
	}
}

func TestFromIssuerAsksOnlyForWhatIsKnown(t *testing.T) {
	m := &Metadata{
		Issuer: "https://login.example.com", ScopesSupported: []string{"openid", "profile"},
		TokenEndpointAuthMethods: []string{"client_secret_basic", "none"},
	}
	data, err := FromIssuer("work", `A "quoted" name`, "abc", m)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse("work.toml", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	got := slices.Concat(p.Scopes.Base, p.Scopes.Profile, p.Scopes.Groups, p.Scopes.Offline)
	if diff := cmp.Diff([]string{"openid", "profile"}, got); diff != "" {
		t.Error(diff)
	}
	if p.Name != `A "quoted" name` || p.Issuer != m.Issuer || p.Client.Auth != "auto" || p.Authorization.Params["prompt"] != "" {
		t.Errorf("%s", data)
	}
}

// Blanks that stand in links for people only are not demanded: a file that gives the
// issuer itself is ready, and the links that wait for them are left out.
func TestBlanksOfLinksAreNotDemanded(t *testing.T) {
	p, err := Parse("kc.toml", []byte("id = \"kc\"\npreset = \"keycloak\"\nissuer = \"https://login.example.com/realms/acme\"\nclient.id = \"desk\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Ready(); err != nil {
		t.Error(err)
	}
	if page := p.SignOutPage(); page != "" {
		t.Errorf("page %q", page)
	}
	if page, blank := p.RegistrationPage(nil); page != "" || blank != "host" {
		t.Errorf("page %q, blank %q", page, blank)
	}
	full, err := Parse("kc.toml", []byte("id = \"kc\"\npreset = \"keycloak\"\nclient.id = \"desk\"\nvariables.host.value = \"login.example.com\"\nvariables.realm.value = \"acme\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if page := full.Filled().SignOutPage(); page != "https://login.example.com/realms/acme/account/" {
		t.Errorf("page %q", page)
	}
	half, err := Parse("kc.toml", []byte("id = \"kc\"\npreset = \"keycloak\"\nclient.id = \"desk\"\nvariables.host.value = \"login.example.com\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := half.Ready(); !errors.Is(err, ErrNoVariable) {
		t.Errorf("without the realm of the issuer: %v", err)
	}
}

// Servers may leave out of scopes_supported what they know (OIDC Discovery §3): a
// list of openid alone says nothing of profile and email.
func TestFromIssuerThatListsOpenIDOnly(t *testing.T) {
	for _, c := range []struct{ listed, want []string }{
		{[]string{"openid"}, []string{"openid", "profile", "email"}},
		{[]string{"openid", "offline_access"}, []string{"openid", "profile", "email", "offline_access"}},
		{[]string{"openid", "email"}, []string{"openid", "email"}},
		{nil, []string{"openid", "profile", "email", "groups", "offline_access"}},
	} {
		data, err := FromIssuer("work", "Work", "abc", &Metadata{Issuer: "https://login.example.com", ScopesSupported: c.listed})
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse("work.toml", data)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Concat(p.Scopes.Base, p.Scopes.Profile, p.Scopes.Groups, p.Scopes.Offline)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v: %s", c.listed, diff)
		}
	}
}

// A path is compared byte for byte, so that it stands in the address to register as
// it stands in the file.
func TestRegisteredPathIsNotEncodedAgain(t *testing.T) {
	p, err := Parse("work.toml", []byte("id = \"work\"\npreset = \"oidc\"\nissuer = \"https://login.example.com\"\nredirect = { path = \"/callback/%67ithub\", ports = [51789] }\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "http://127.0.0.1:51789/callback/%67ithub"; p.Redirect.Register != want || p.Redirect.URIs()[0] != want {
		t.Errorf("%q, %q", p.Redirect.Register, p.Redirect.URIs())
	}
}
