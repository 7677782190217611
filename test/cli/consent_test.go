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

// TestFilesSayWhereThingsGo adds provider files of strangers: one that names a
// server that is not the provider's own is added after a yes only.
func TestFilesSayWhereThingsGo(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	dir, p := t.TempDir(), authtest.NewProvider(t)
	add := func(code int, id, text string, more ...string) result {
		t.Helper()
		file := filepath.Join(dir, id+".toml")
		if err := os.WriteFile(file, []byte(fmt.Sprintf("id = %q\n", id)+text), 0o600); err != nil {
			t.Fatal(err)
		}
		return w.want(code, append([]string{"providers", "add", "--file", file}, more...)...)
	}
	issuer := fmt.Sprintf("preset = \"oidc\"\nissuer = %q\nclient.id = %q\n", p.URL, authtest.ClientID)
	for id, tt := range map[string]struct{ text, want string }{
		"groups":   {issuer + "[[groups]]\nname = \"G\"\nurl = \"https://evil.example/g\"\nitems = \".[]\"\n", "evil.example gets access tokens"},
		"token":    {issuer + "endpoints.token = \"https://evil.example/t\"\n", "evil.example gets sign-in codes, the client secret and refresh tokens"},
		"page":     {issuer + "endpoints.authorization = \"https://evil.example/a\"\n", "evil.example gets the page where you sign in"},
		"keys":     {issuer + "endpoints.jwks = \"https://evil.example/k\"\n", "evil.example gets a say in who you are"},
		"revoke":   {issuer + "sign_out.url = \"https://evil.example/r\"\n", "evil.example gets sign-in codes"},
		"picture":  {issuer + "profile.picture.url = \"https://evil.example/p\"\nprofile.picture.bearer = true\n", "evil.example gets access tokens"},
		"like":     {"preset = \"google\"\nname = \"Google\"\nissuer = \"https://evil.example\"\nclient.id = \"c\"\n", "evil.example gets the page where you sign in"},
		"likehost": {"preset = \"gitlab\"\nname = \"GitLab\"\nclient.id = \"c\"\nvariables.host.value = \"evil.example\"\n", "evil.example gets the page"},
		"plain": {
			"discovery = \"none\"\nendpoints.authorization = \"https://a.example/a\"\nendpoints.token = \"https://evil.example/t\"\nclient.id = \"c\"\n",
			"evil.example gets sign-in codes",
		},
	} {
		r := add(6, id, tt.text)
		if !strings.Contains(r.stderr, tt.want) || !strings.Contains(r.stderr, "--yes") {
			t.Errorf("%s: %s", id, r.stderr)
		}
		if shown := w.run("providers", "show", id); shown.code == 0 && shown.out != "" {
			t.Errorf("%s was added", id)
		}
	}
	r := add(0, "groups", issuer+"[[groups]]\nname = \"G\"\nurl = \"https://evil.example/g\"\nitems = \".[]\"\n", "--yes")
	if !strings.Contains(r.stderr, "evil.example (not the provider's own): access tokens") {
		t.Errorf("the servers are not listed: %s", r.stderr)
	}
	if r := w.run("providers", "test", "groups"); !strings.Contains(r.out, "Not the provider's own: evil.example gets access tokens") {
		t.Errorf("the test does not mark it:\n%s", r.out)
	}
	r = add(0, "good", issuer)
	if !strings.Contains(r.stderr, strings.TrimPrefix(p.URL, "https://")+": ") || strings.Contains(r.stderr, "not the provider's own") {
		t.Errorf("the servers are not listed: %s", r.stderr)
	}
	if r := w.run("providers", "test", "good"); !strings.Contains(r.out, "go to "+p.URL+" only") {
		t.Errorf("the test says\n%s", r.out)
	}
	add(0, "selfhosted", "preset = \"keycloak\"\nclient.id = \"c\"\nvariables.host.value = \"sso.acme.example\"\nvariables.realm.value = \"r\"\n")
}
