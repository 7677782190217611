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
	told(t, w.want(6, "login", "acme").stderr, "Access denied", "Nothing was changed")
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
	told(t, w.want(1, "login", "acme").stderr, "does not allow offline access", "role offline_access", "offline = []")
	w.acme(r, "[scopes]\noffline = []")
	w.login("acme")
	w.token("--force")
}

// An unknown client, which Keycloak tells in the browser only.
func keycloakUnknownClient(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, nil), newWorld(t)
	w.acme(r, "")
	w.setenv("CLAVIGER_ACME_CLIENT_ID", "claviger-forein")
	told(t, w.want(1, "providers", "test", "acme").out, "✗ Client")
	shown, got := w.stays("acme")
	told(t, shown.text, "Client not found")
	told(t, got.Title, "This realm has no client with that ID")
}

// An address that the client does not list.
func keycloakWrongRedirect(t *testing.T, k *keycloak) {
	r, w := k.newRealm(t, nil, object{"redirectUris": []string{"http://127.0.0.1/elsewhere"}}), newWorld(t)
	w.acme(r, "")
	told(t, w.want(1, "login", "acme").stderr, "redirect URI", "http://127.0.0.1/callback/acme")
}
