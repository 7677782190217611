//go:build foreign

package foreign

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/claviger/claviger/test/ports"
)

// registers are the features of a server that registers an app for anybody.
func registers(more object) object {
	registration := object{"enabled": true, "initialAccessToken": false}
	for k, v := range more {
		registration[k] = v
	}
	return object{"config": object{"features": object{
		"registration": registration, "registrationManagement": object{"enabled": true},
	}}}
}

// shown is the provider object, as far as it matters here.
type shown struct {
	ClientID string `json:"client_id"`
}

// The app registers itself (RFC 7591) and the sign-in works at once, with a
// client that nobody typed in. Taken away, the registration is gone at the
// server too (RFC 7592).
func TestRegistration(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, registers(nil)), newWorld(t)
	says(t, w.want(0, "providers", "add", "harbour", "--issuer", s.issuer, "--register").stderr, "Registered at")
	id := decode[shown](t, w.want(0, "providers", "show", "harbour", "--json").out).ClientID
	says(t, w.want(0, "providers", "test", "harbour").out, "✓ Redirect URI", "✓ Client")
	if a := w.login("harbour", "--groups"); a.User.ID != "nadia" {
		t.Errorf("account %+v", a)
	}
	w.keepsSecrets()
	w.token("--force")
	w.want(0, "logout")
	says(t, w.want(0, "providers", "remove", "harbour").stderr, "was deleted at the provider")
	w.harbour(s)
	w.setenv("CLAVIGER_HARBOUR_CLIENT_ID", id)
	says(t, w.want(1, "providers", "test", "harbour").out, "✗ Client")
	page, _ := w.stays("harbour")
	says(t, page.text, "invalid_client")
}

// A server that wants an initial access token, and one that registers nobody.
func TestRegistrationRefused(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, registers(object{"initialAccessToken": "only-for-the-invited"})), newWorld(t)
	says(t, w.want(6, "providers", "add", "harbour", "--issuer", s.issuer, "--register").stderr,
		"restricts who can register apps", "initial access token")
	file := filepath.Join(w.dir, "token")
	if err := os.WriteFile(file, []byte("only-for-the-invited\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(0, "providers", "add", "harbour", "--issuer", s.issuer, "--register", "--registration-token-file", file)
	w.login("harbour")
	says(t, w.want(2, "providers", "add", "lagoon", "--issuer", startOIDCProvider(t, nil).issuer, "--register").stderr,
		"does not support automatic registration")
}

// A provider is tested without a browser: a redirect address that is not
// registered, and a client that nobody knows, are found before anybody signs
// in. Nobody's session or code is touched.
func TestProviderTest(t *testing.T) {
	port := ports.Free(t)
	w := newWorld(t)
	w.harbour(startOIDCProvider(t, object{"client": object{"redirect_uris": []string{"http://127.0.0.1/elsewhere"}}}))
	says(t, w.want(1, "providers", "test", "harbour").out,
		"✗ Redirect URI", "redirect_uri did not match", "http://127.0.0.1/callback/harbour", "✓ Client")
	g := startGlewlwyd(t, port, nil)
	w.lagoon(g, port, "")
	says(t, w.want(0, "providers", "test", "lagoon").out, "Port "+port+" is available", "✓ Keys", "✓ Sign-in with a code")
	w.setenv("CLAVIGER_LAGOON_CLIENT_ID", "claviger-forein")
	says(t, w.want(1, "providers", "test", "lagoon").out, "✗ Client")
	w.quay(startMock(t))
	says(t, w.want(0, "providers", "test", "quay").out, "✓ Keys", "- Redirect URI")
}
