//go:build foreign

package foreign

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestKeycloak is one test, so that its parts share a server: script/foreign
// keycloak -run TestKeycloak/device runs one of them.
func TestKeycloak(t *testing.T) {
	k := startKeycloak(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *keycloak)
	}{
		{"sign in", keycloakSignsIn},
		{"pushed request", keycloakTakesPushed},
		{"bound tokens", keycloakBindsTokens},
		{"device", keycloakGivesCodes},
		{"device not allowed", keycloakGivesNoCodes},
		{"registration", keycloakRegisters},
		{"registration refused", keycloakRefusesRegistration},
		{"rotation", keycloakRotates},
		{"session ended by an administrator", keycloakEndsSession},
		{"sign out", keycloakSignsOut},
		{"denied", keycloakDenies},
		{"offline access denied", keycloakDeniesOfflineAccess},
		{"unknown client", keycloakUnknownClient},
		{"wrong secret", keycloakWrongSecret},
		{"wrong redirect", keycloakWrongRedirect},
		{"no refresh token", keycloakGivesNoRefresh},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, k) })
	}
}

// Discovery, the provider test, a sign-in with groups, refreshes. Full paths of
// groups start with "/", and the preset takes that off.
func keycloakSignsIn(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	says(t, w.want(0, "providers", "test", "acme").out, "✓ Keys", "✓ Sign-in with a code", "✓ Client", "✓ Redirect URI")
	a := w.login("acme", "--groups")
	w.keepsSecrets()
	want := user{ID: r.nadia, Login: "nadia", Name: "Nadia Foreign", Email: "nadia@foreign.example", EmailVerified: true}
	if a.User != want || a.Issuer != r.issuer || a.State != "active" || !a.Remembered || len(a.Missing) != 0 {
		t.Errorf("account %+v", a)
	}
	for _, from := range []string{"id_token", "userinfo"} {
		if got := a.groups(from); !slices.Equal(got, []string{"harbour", "harbour/lighthouse"}) {
			t.Errorf("groups of %s %q", from, got)
		}
	}
	if got := w.browser.asked(); got != "authenticate consent" {
		t.Errorf("the person was asked %q", got)
	}
	w.checked()
	w.token("--force")
	w.checked()
	w.want(0, "whoami", "--refresh")
}

// A client that takes pushed requests only (RFC 9126 §5).
func keycloakTakesPushed(t *testing.T, k *keycloak) {
	r := k.newRealm(t, nil, object{"attributes": object{"require.pushed.authorization.requests": "true"}})
	w := newWorld(t)
	w.acme(r, "")
	w.login("acme")
	if q := w.browser.query("request_uri"); q == nil || q.Has("scope") || q.Has("redirect_uri") || q.Has("code_challenge") {
		t.Error("the request went through the browser")
	}
	w.token("--force")
}

// A client whose tokens are bound to a key (RFC 9449).
func keycloakBindsTokens(t *testing.T, k *keycloak) {
	r := k.newRealm(t, nil, object{"attributes": object{"dpop.bound.access.tokens": "true"}})
	w := newWorld(t)
	w.acme(r, "[authorization]\ndpop = \"required\"")
	if a := w.login("acme", "--groups"); a.User.Name != "Nadia Foreign" || len(a.Missing) != 0 {
		t.Errorf("account %+v", a)
	}
	w.keepsSecrets()
	w.token("--force")
	w.want(0, "whoami", "--refresh")
	userinfo := r.issuer + "/protocol/openid-connect/userinfo"
	if got := w.proves(userinfo); got != http.StatusOK {
		t.Errorf("with a proof, the API answers %d", got)
	}
	if got := bare(t, userinfo, w.token()); got != http.StatusUnauthorized {
		t.Errorf("a stolen token gets %d", got)
	}
	says(t, w.want(0, "logout").out, "Tokens revoked.")
}

// A client with PKCE is asked for it in the device flow too; then the person
// says no.
func keycloakGivesCodes(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	p := w.start("login", "acme", "--device", "--json", "--groups")
	w.browser.visit(t.Context(), p.says(withCode))
	says(t, w.browser.last().text, "Device Login Successful")
	a := decode[account](t, p.ends(0).out)
	if a.User.Name != "Nadia Foreign" || len(a.Groups) != 2 || !a.Remembered {
		t.Errorf("account %+v", a)
	}
	w.checked()
	w.token("--force")
	w.browser.presses("No")
	p = w.start("login", "acme", "--device")
	w.browser.visit(t.Context(), p.says(withCode))
	w.browser.last()
	says(t, p.ends(6).stderr, "Access denied")
}

// A client without the device grant: the test of the provider says so, and is
// not failed for it.
func keycloakGivesNoCodes(t *testing.T, k *keycloak) {
	r := k.newRealm(t, nil, object{"attributes": object{"oauth2.device.authorization.grant.enabled": "false"}})
	w := newWorld(t)
	w.acme(r, "")
	says(t, w.want(0, "providers", "test", "acme").out, "- Sign-in with a code", "Not available to this app")
	says(t, w.want(1, "login", "acme", "--device").stderr, "does not allow this sign-in method", "Device Authorization Grant")
}

// The initial access token is good once, and Keycloak refuses scopes by default.
func keycloakRegisters(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	file := filepath.Join(w.dir, "token")
	if err := os.WriteFile(file, []byte(r.initialToken()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := w.want(0, "providers", "add", "acme", "--issuer", r.issuer, "--register", "--registration-token-file", file).stderr
	says(t, said, "Registered at")
	if strings.Contains(said, "fixed ports") {
		t.Errorf("Keycloak takes any port: %s", said)
	}
	says(t, w.want(0, "providers", "test", "acme").out, "✓ Redirect URI", "✓ Client")
	id := decode[shown](t, w.want(0, "providers", "show", "acme", "--json").out).ClientID
	if a := w.login("acme", "--groups"); a.User.Name != "Nadia Foreign" {
		t.Errorf("account %+v", a)
	}
	w.keepsSecrets()
	w.token("--force")
	w.want(0, "logout")
	says(t, w.want(0, "providers", "remove", "acme").stderr, "was deleted at the provider")
	var left []object
	r.call(http.MethodGet, r.path("/clients?search=true&clientId="+id), nil, &left)
	if len(left) > 0 {
		t.Error("the registration is still there")
	}
}

// The default rule for those without a token, one that nobody issued, and a rule
// that is not about the token.
func keycloakRefusesRegistration(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	says(t, w.want(6, "providers", "add", "acme", "--issuer", r.issuer, "--register").stderr,
		"restricts who can register apps", "Trusted Hosts", "initial access token")
	file := filepath.Join(w.dir, "token")
	if err := os.WriteFile(file, []byte("only-for-the-invited\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	says(t, w.want(6, "providers", "add", "acme", "--issuer", r.issuer, "--register", "--registration-token-file", file).stderr,
		"did not accept the initial access token")
	// One that is good, and a rule that is not about it.
	r.call(http.MethodPost, r.path("/components"), object{
		"name": "no more", "providerId": "max-clients", "subType": "authenticated",
		"providerType": "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy",
		"config":       object{"max-clients": []string{"1"}},
	}, nil)
	if err := os.WriteFile(file, []byte(r.initialToken()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := w.want(6, "providers", "add", "acme", "--issuer", r.issuer, "--register", "--registration-token-file", file).stderr
	says(t, said, "does not register this app", "no more")
	if strings.Contains(said, "token") {
		t.Errorf("the token is blamed: %s", said)
	}
}

// A refresh token that comes twice ends the session, for both sides.
func keycloakRotates(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, object{"revokeRefreshToken": true, "refreshTokenMaxReuse": 0}, nil), newWorld(t)
	w.acme(r, "")
	w.login("acme")
	seen := map[string]bool{w.token(): true}
	for range 3 {
		seen[w.token("--force")] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d different tokens from a sign-in and three refreshes", len(seen))
	}
	twin := w.twin()
	w.token("--force")
	for _, side := range []*world{twin, w} {
		says(t, side.want(3, "token", "--force").stderr, "Your session has ended", "claviger login ")
		if got := side.state(); got != "needs_sign_in" {
			t.Errorf("state %q", got)
		}
	}
	w.login("acme")
	w.token("--force")
}

// An administrator signs the person out everywhere.
func keycloakEndsSession(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	w.login("acme")
	// It refuses what was issued before that, in whole seconds.
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(1100 * time.Millisecond)))
	r.call(http.MethodPost, r.path("/users/"+r.nadia+"/logout"), nil, nil)
	says(t, w.want(3, "token", "--force").stderr, "Your session has ended", "claviger login ")
	if got := w.state(); got != "needs_sign_in" {
		t.Errorf("state %q", got)
	}
	w.login("acme")
	w.token("--force")
}

// Revocation with its proof, and the end of the browser's session.
func keycloakSignsOut(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	w.login("acme")
	twin := w.twin()
	says(t, w.want(0, "logout").out, "Nadia Foreign at Acme", "Tokens revoked.", "now rejects the refresh token (invalid_grant)")
	twin.want(3, "token", "--force")
	w.login("acme")
	w.want(0, "logout", "--browser")
	says(t, w.browser.last().text, "You are logged out")
	w.login("acme")
	if got := w.browser.asked(); !strings.HasPrefix(got, "authenticate") {
		t.Errorf("after the end of the session the person was asked %q", got)
	}
}
