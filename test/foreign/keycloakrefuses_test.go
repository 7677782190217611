//go:build foreign

package foreign

import (
	"net/http"
	"testing"
)

// The person says no on the consent page.
func keycloakDenies(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	w.browser.presses("No")
	says(t, w.want(6, "login", "acme").stderr, "Access denied", "Nothing was changed")
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts %q", got)
	}
}

// A person without the role for it gets no session that outlives the browser.
func keycloakDeniesOfflineAccess(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	var roles []object
	mappings := r.path("/users/" + r.nadia + "/role-mappings/realm")
	r.call(http.MethodGet, mappings, nil, &roles)
	r.call(http.MethodDelete, mappings, roles, nil)
	w.acme(r, "")
	says(t, w.want(1, "login", "acme").stderr, "does not allow offline access", "role offline_access", "offline = []")
	w.acme(r, "[scopes]\noffline = []")
	w.login("acme")
	w.token("--force")
}

// Keycloak says the same of an unknown client and of a wrong secret, but in the
// browser.
func keycloakUnknownClient(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	w.setenv("CLAVIGER_ACME_CLIENT_ID", "claviger-forein")
	says(t, w.want(1, "providers", "test", "acme").out, "✗ Client")
	says(t, w.want(1, "login", "acme").stderr, "rejects this client ID or its secret")
	w.acme(r, "[authorization]\npar = \"never\"")
	shown, got := w.stays("acme")
	says(t, shown.text, "Client not found")
	says(t, got.Title, "This realm has no client with that ID")
}

// A confidential client: a secret that is configured is sent, without more, and a
// wrong or missing one is no unknown client.
func keycloakWrongSecret(t *testing.T, k *keycloak) {
	r := k.newRealm(t, nil, object{"publicClient": false, "secret": "a-secret-for-the-test"})
	w := newWorld(t)
	w.acme(r, "")
	for _, wrong := range []string{"", "another-secret"} {
		w.setenv("CLAVIGER_ACME_CLIENT_SECRET", wrong)
		says(t, w.want(1, "providers", "test", "acme").out, "✗ Client")
		says(t, w.want(1, "login", "acme").stderr, "rejects this client ID or its secret", "client secret of its tab “Credentials”")
	}
	w.setenv("CLAVIGER_ACME_CLIENT_SECRET", "a-secret-for-the-test")
	says(t, w.want(0, "providers", "test", "acme").out, "✓ Client")
	w.login("acme")
	w.keepsSecrets()
	w.token("--force")
	says(t, w.want(0, "logout").out, "Tokens revoked.")
}

// A client without refresh tokens: nothing has ended.
func keycloakGivesNoRefresh(t *testing.T, k *keycloak) {
	r := k.newRealm(t, nil, object{"attributes": object{"use.refresh.tokens": "false"}})
	w := newWorld(t)
	w.acme(r, "[scopes]\noffline = []")
	w.login("acme")
	says(t, w.want(3, "token", "--force").stderr, "issued no refresh token", "is good until")
	w.token()
}

// An address that the client does not list.
func keycloakWrongRedirect(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, object{"redirectUris": []string{"http://127.0.0.1/elsewhere"}}), newWorld(t)
	w.acme(r, "")
	says(t, w.want(1, "login", "acme").stderr, "redirect URI", "http://127.0.0.1/callback/acme")
}
