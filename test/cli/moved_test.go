//go:build unix

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// openID writes the file of an OpenID provider into a home.
func openID(t *testing.T, w *world, issuer, more string) {
	t.Helper()
	dir := filepath.Join(w.home, "providers.d")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("id = \"work\"\npreset = \"oidc\"\nname = \"Work\"\nissuer = %q\nclient.id = %q\n%s", issuer, authtest.ClientID, more)
	if err := os.WriteFile(filepath.Join(dir, "work.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// untouched fails if a provider got anything but questions that anybody may ask.
func untouched(t *testing.T, p *authtest.Provider) {
	t.Helper()
	for _, r := range p.Requests() {
		if r.Endpoint != authtest.Discovery && r.Endpoint != authtest.Keys {
			t.Errorf("the other issuer got a request to %s: %v", r.Endpoint, r.Form)
		}
	}
}

// TestTokensOfAMovedProvider points the id of a signed-in account to another
// issuer, as a file, a variable for one command, or a provider that was removed
// and added anew do, and uses the account in every way there is.
func TestTokensOfAMovedProvider(t *testing.T) {
	for name, point := range map[string]func(t *testing.T, w *world, other string){
		"variable": func(_ *testing.T, w *world, other string) { w.set("CLAVIGER_WORK_ISSUER", other) },
		"file":     func(t *testing.T, w *world, other string) { openID(t, w, other, "") },
		"token endpoint": func(t *testing.T, w *world, other string) {
			data, err := os.ReadFile(filepath.Join(w.home, "providers.d", "work.toml"))
			if err != nil {
				t.Fatal(err)
			}
			data = fmt.Appendf(data, "endpoints.token = \"%[1]s/token\"\nendpoints.revocation = \"%[1]s/revoke\"\n", other)
			if err := os.WriteFile(filepath.Join(w.home, "providers.d", "work.toml"), data, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"added anew": func(t *testing.T, w *world, other string) {
			w.want(0, "providers", "remove", "work")
			w.want(0, "providers", "add", "work", "--issuer", other, "--client-id", authtest.ClientID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			home, other := authtest.NewProvider(t), authtest.NewProvider(t)
			openID(t, w, home.URL, "")
			a := decode[account](t, w.want(0, "login", "work", "--json", "--timeout", "20s").out)
			w.cheapKey()
			point(t, w, other.URL)
			for _, args := range [][]string{
				{"token"},
				{"token", "--force"},
				{"token", "work", "--header"},
				{"whoami", "--refresh"},
				{"exec", "work", "--", "true"},
				{"login", a.ID, "--timeout", "2s"},
				{"login", "work", "--timeout", "2s"},
			} {
				r := w.want(3, args...)
				said := r.stderr
				if !strings.Contains(said, "Signed in at "+home.URL+"; this provider is now "+other.URL) || strings.Contains(r.out, "eyJ") { // which no account ID has
					t.Errorf("claviger %v says\n%s%s", args, r.out, said)
				}
			}
			if r := w.want(0, "whoami", "--json"); !strings.Contains(r.out, `"needs_sign_in"`) || !strings.Contains(r.out, "signed in at "+home.URL) {
				t.Errorf("the account says %s", r.out)
			}
			if out := w.want(0, "logout", "--browser").out; name != "token endpoint" && !strings.Contains(out, home.URL+", which issued the tokens") {
				t.Errorf("the tokens live on at their issuer:\n%s", out)
			}
			if name != "token endpoint" && home.Count(authtest.Revoke) != 2 {
				t.Errorf("%d revocations at home", home.Count(authtest.Revoke))
			}
			w.want(0, "receipts", "--retry")
			untouched(t, other)
		})
	}
}

// TestProviderThatReallyMoved signs in at the new place once the person says so.
func TestProviderThatReallyMoved(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	home, other := authtest.NewProvider(t), authtest.NewProvider(t)
	openID(t, w, home.URL, "")
	a := decode[account](t, w.want(0, "login", "work", "--json", "--timeout", "20s").out)
	openID(t, w, other.URL, "")
	now := decode[account](t, w.want(0, "login", a.ID, "--moved", "--json", "--timeout", "20s").out)
	if now.ID != a.ID || now.Issuer != other.URL || now.State != "active" {
		t.Errorf("signed in as %+v", now)
	}
	for _, r := range other.Requests() {
		if hint := r.Form.Get("login_hint"); hint != "" {
			t.Errorf("the new place learned of %s", hint)
		}
	}
	w.want(0, "token", "--force")
	home.Forget()
	openID(t, w, home.URL, "")
	w.want(3, "token", "--force")
	untouched(t, home)
}

// TestClientSecretOfAMovedProvider keeps a secret from the issuer that its
// provider's id leads to later, until the person says that it moved.
func TestClientSecretOfAMovedProvider(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	home, other := authtest.NewProvider(t), authtest.NewProvider(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(canary+"-of-the-client\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*authtest.Provider{home, other} {
		p.Behave(authtest.Behaviour{ClientSecret: canary + "-of-the-client"})
	}
	file := filepath.Join(t.TempDir(), "work.toml")
	text := fmt.Sprintf("id = \"work\"\npreset = \"oidc\"\nissuer = %q\nclient.id = %q\nclient.secret = \"required\"\nclient.auth = \"client_secret_post\"\n", home.URL, authtest.ClientID)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(0, "providers", "add", "--file", file, "--secret-file", secret)
	w.want(0, "login", "work", "--no-remember", "--timeout", "20s")
	w.set("CLAVIGER_WORK_ISSUER", other.URL)
	r := w.want(1, "login", "work", "--no-remember", "--timeout", "2s")
	if !strings.Contains(r.stderr, "belongs to "+home.URL) {
		t.Errorf("it says %s", r.stderr)
	}
	untouched(t, other)
	w.run("providers", "test", "work")
	for _, r := range other.Requests() {
		if r.Form.Has("client_secret") {
			t.Errorf("the other issuer got it at %s", r.Endpoint)
		}
	}
	w.want(0, "login", "work", "--no-remember", "--moved", "--timeout", "20s")
}
