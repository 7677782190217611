//go:build foreign

package foreign

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/ports"
)

// object is a part of a server's configuration.
type object map[string]any

// startOIDCProvider runs the certified npm oidc-provider.
func startOIDCProvider(t *testing.T, config object) *server {
	t.Helper()
	return startNode(t, "oidcprovider.mjs", config)
}

// harbour is the provider file for it, with more lines; sections of the same
// name must not come twice.
func (w *world) harbour(s *server, more ...string) {
	w.t.Helper()
	client := "[client]\nid = \"claviger-foreign\"\n"
	w.provider("harbour", fmt.Sprintf("name = \"Harbour\"\npreset = \"oidc\"\nissuer = %q\n%s%s", s.issuer, client, strings.Join(more, "\n")))
}

// A public client on any loopback port with PKCE; the answer names its issuer
// (RFC 9207); details come from the user info endpoint alone, as OpenID Connect
// Core §5.4 has it.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	a := w.login("harbour", "--groups")
	w.keepsSecrets()
	want := user{ID: "nadia", Login: "nadia", Name: "Nadia Foreign", Email: "nadia@foreign.example", EmailVerified: true}
	if a.User != want || a.State != "active" || !a.Remembered || a.Issuer != s.issuer || len(a.Missing) != 0 {
		t.Errorf("account %+v", a)
	}
	if got := a.groups("userinfo"); !slices.Equal(got, []string{"harbour", "lighthouse", "pilot"}) {
		t.Errorf("groups %q", got)
	}
	if got := a.groups("id_token"); got != nil {
		t.Errorf("groups of the ID token %q, want none", got)
	}
	if got := w.browser.asked(); got != "login consent" {
		t.Errorf("the person was asked %q", got)
	}
	if q := w.browser.query("code"); q.Get("iss") != s.issuer {
		t.Error("this server is here to prove RFC 9207, and sent no iss")
	}
	w.checked()
}

// checked fails if a check of the ID token did not pass.
func (w *world) checked() {
	w.t.Helper()
	if failed := w.checks("failed"); failed != nil {
		w.t.Errorf("checks of the ID token failed: %q", failed)
	}
	if passed := w.checks("passed"); len(passed) < 5 {
		w.t.Errorf("checks of the ID token that passed: %q", passed)
	}
}

// checks are the checks of the ID token with that outcome.
func (w *world) checks(outcome string) []string {
	w.t.Helper()
	var names []string
	for _, c := range decode[struct {
		Checks []struct{ Name, Outcome string }
	}](w.t, w.want(0, "inspect", "--id-token", "--json").out).Checks {
		if c.Outcome == outcome {
			names = append(names, c.Name)
		}
	}
	return names
}

// The same claims in the ID token (conformIdTokenClaims off), and the answer
// as a form that the browser posts.
func TestFormPostAndClaimsInIDToken(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, object{"config": object{"conformIdTokenClaims": false}}), newWorld(t)
	w.harbour(s, `
[redirect]
response_mode = "form_post"
`)
	a := w.login("harbour", "--groups")
	if got := a.groups("id_token"); !slices.Equal(got, []string{"harbour", "lighthouse", "pilot"}) {
		t.Errorf("groups of the ID token %q", got)
	}
	if w.browser.query("code") != nil {
		t.Error("the code stood in an address")
	}
	if got := w.browser.asked(); got != "login consent harbour" {
		t.Errorf("the person was asked %q", got)
	}
}

// ID tokens under every kind of key that the server has beside RS256.
func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"ES256", "ES384", "PS256", "EdDSA"} {
		t.Run(alg, func(t *testing.T) {
			s, w := startOIDCProvider(t, object{"algs": []string{alg, "RS256"}}), newWorld(t)
			w.harbour(s)
			w.login("harbour")
			header := decode[struct{ Header struct{ Alg string } }](t, w.want(0, "inspect", "--id-token", "--json").out)
			if header.Header.Alg != alg {
				t.Errorf("signed with %q", header.Header.Alg)
			}
			w.token("--force")
		})
	}
}

// Each refresh needs the refresh token of the one before.
func TestRotation(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	w.login("harbour")
	seen := map[string]bool{w.token(): true}
	for range 3 {
		seen[w.token("--force")] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d different tokens from a sign-in and three refreshes", len(seen))
	}
	w.want(0, "whoami", "--refresh")
}

// A refresh token that comes twice ends its family (RFC 9700 §4.14): here from
// a backup that was put back elsewhere. Both sides must learn that only a
// sign-in helps, and that one works.
func TestReuseEndsTheFamily(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	w.login("harbour")
	twin := w.twin()
	w.token("--force")
	for _, side := range []*world{twin, w} {
		says(t, side.want(3, "token", "--force").stderr, "Your session has ended", "claviger login ")
		if got := side.state(); got != "needs_sign_in" {
			t.Errorf("state %q", got)
		}
	}
	w.login("harbour")
	w.token("--force")
	if got := len(decode[[]account](t, w.want(0, "accounts", "--json").out)); got != 1 {
		t.Errorf("%d accounts after signing in again", got)
	}
}

// After a sign-out nobody can refresh any more, not even who kept a copy.
func TestSignOutRevokes(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	w.login("harbour")
	twin := w.twin()
	says(t, w.want(0, "logout").out, "Nadia Foreign at Harbour", "Tokens revoked.", "now rejects the refresh token (invalid_grant)")
	twin.want(3, "token", "--force")
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts %q", got)
	}
	// Forgetting here alone leaves the copy alive.
	w.login("harbour")
	twin = w.twin()
	w.want(0, "logout", "--local")
	twin.token("--force")
}

// RP-initiated logout: the browser's session is over, so that the next sign-in
// asks who it is.
func TestEndSession(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, nil), newWorld(t)
	w.harbour(s)
	w.login("harbour")
	w.login("harbour")
	if got := w.browser.asked(); got != "consent" {
		t.Errorf("with a session in the browser the person was asked %q", got)
	}
	w.want(0, "logout", "--browser")
	end := w.browser.last()
	if !strings.HasSuffix(end.at.Path, "/session/end/success") {
		t.Errorf("the browser ended at %s: %s", end.at.Path, scrub(end.text))
	}
	w.login("harbour")
	if got := w.browser.asked(); got != "login consent" {
		t.Errorf("after the end of the session the person was asked %q", got)
	}
}

// A server that takes pushed requests only (RFC 9126 §5).
func TestPushedRequest(t *testing.T) {
	t.Parallel()
	features := object{"pushedAuthorizationRequests": object{"enabled": true, "requirePushedAuthorizationRequests": true}}
	s, w := startOIDCProvider(t, object{"config": object{"features": features}}), newWorld(t)
	w.harbour(s)
	w.login("harbour")
	if q := w.browser.query("request_uri"); q == nil || q.Has("scope") || q.Has("redirect_uri") || q.Has("code_challenge") {
		t.Error("the request went through the browser")
	}
	w.token("--force")
}

// User info as a signed JWT (OIDC Core §5.3.2) is verified and read.
func TestSignedUserInfo(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, object{
		"client": object{"userinfo_signed_response_alg": "RS256"},
		"config": object{"features": object{"jwtUserinfo": object{"enabled": true}}},
	}), newWorld(t)
	w.harbour(s)
	a := w.login("harbour", "--groups")
	if a.User.ID != "nadia" || a.User.Name == "" || len(a.Missing) != 0 {
		t.Fatalf("account %+v", a)
	}
}

// A confidential client of the kind "web" with one redirect address: the port
// is compared, and the secret has characters that RFC 6749 §2.3.1 wants
// encoded.
func TestConfidentialClientOnOnePort(t *testing.T) {
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		t.Run(method, func(t *testing.T) {
			port := ports.Free(t)
			secret := "s+cr%t/with:odd=characters & a blank"
			s, w := startOIDCProvider(t, object{"client": object{
				"application_type": "web", "client_secret": secret, "token_endpoint_auth_method": method,
				"redirect_uris": []string{"http://127.0.0.1:" + port + "/callback/harbour"},
			}}), newWorld(t)
			w.harbour(s, fmt.Sprintf("secret = \"required\"\nauth = %q\n[redirect]\nports = [%s]\n", method, port))
			w.setenv("CLAVIGER_HARBOUR_CLIENT_SECRET", secret)
			w.login("harbour")
			w.token("--force")
			w.want(0, "logout")
		})
	}
}
