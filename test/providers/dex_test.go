package providers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// newDex is Dex: public clients come back to any port and path of this computer,
// metadata name ways with a secret only, nothing can be revoked, and only where
// sessions are on does logging out exist. Of a dead refresh token it says
// invalid_request.
func newDex(sessions bool) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		const base = "dex.example.com/dex"
		r := &rules{
			issuer: "https://" + base,
			meta:   base + "/.well-known/openid-configuration", login: base + "/auth", token: base + "/token", userinfo: base + "/userinfo", keys: base + "/keys",
			document: map[string]any{
				"code_challenge_methods_supported":      []string{"S256", "plain"},
				"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
				"device_authorization_endpoint":         "https://" + base + "/device/code",
				"introspection_endpoint":                "https://" + base + "/token/introspect",
				"scopes_supported":                      []string{"openid", "email", "groups", "profile", "offline_access"},
			},
			registered: func(redirect string) bool {
				u, err := url.Parse(redirect)
				return err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1")
			},
			mismatch: `Bad Request. Unregistered redirect_uri ("http://127.0.0.1:4711/callback/dex").`,
			scopes:   "openid email groups profile offline_access federated:id", offline: "offline_access", lifetime: 86399, rotates: true,
			claims: map[string]any{
				"sub": "CgYxMjM0NTYSBmdpdGh1Yg", "name": "Noor Haddad", "preferred_username": "noor", "email": "noor@example.org", "email_verified": true,
				"groups": []string{"acme:platform", "acme"},
			},
			info: map[string]any{
				"sub": "CgYxMjM0NTYSBmdpdGh1Yg", "name": "Noor Haddad", "preferred_username": "noor", "email": "noor@example.org", "email_verified": true,
				"groups": []string{"acme:platform", "acme"},
			},
			tokens: func(v map[string]any) {
				v["token_type"] = "bearer"
				delete(v, "scope")
			},
			bad: refusals{
				client:  [2]string{"invalid_client", "Invalid client credentials."},
				code:    [2]string{"invalid_request", "Invalid or expired code parameter."},
				refresh: [2]string{"invalid_request", "Refresh token is invalid or has already been claimed by another client."},
			},
		}
		if sessions {
			r.end = base + "/logout"
		}
		return newHouse(t, r)
	}
}

func dexStay(sessions bool) *stay {
	return &stay{
		provider: "dex", environ: []string{"CLAVIGER_DEX_ISSUER=https://dex.example.com/dex"}, house: newDex(sessions),
		scope: "openid profile email offline_access groups",
		want: outcome{
			User:   identity.User{ID: "CgYxMjM0NTYSBmdpdGh1Yg", Login: "noor", Name: "Noor Haddad", Email: "noor@example.org", EmailVerified: true},
			Issuer: "https://dex.example.com/dex", Groups: []string{"group acme", "group acme:platform"},
			Scopes: []string{"email", "groups", "offline_access", "openid", "profile"}, Lifetime: 86399 * time.Second, Refresh: true, Passed: verified(),
		},
		page: "does not let apps revoke tokens",
		faults: []fault{
			// A client with a list of redirectURIs.
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"does not list this redirect URI", "redirectURIs", "http://127.0.0.1:"}},
			{name: "unknown client", page: true, set: shows(`Bad Request. Invalid client_id ("client-4711").`), code: "browser-page", says: []string{"no client with that ID", "staticClients"}},
			{
				name: "cancelled on its page", page: true, set: shows("Internal Server Error. Approval rejected."), code: "browser-page",
				says: []string{"You denied access", "does not report this to the app"},
			},
			{
				name: "unknown scope", set: sends("invalid_scope", `Unrecognized scope(s) ["groups"]`), code: "invalid_scope",
				says: []string{"does not know a requested permission", "offline_access and federated:id"},
			},
			{
				name: "client is not public", set: answers(401, "invalid_client", "Invalid client credentials."), code: "invalid_client",
				says: []string{"rejects this client ID or its secret", "public: true", "staticClients", "Dex says: Invalid client credentials."},
			},
			{
				name: "code used", set: answers(400, "invalid_request", "Invalid or expired code parameter."), code: "invalid_request",
				says: []string{"code has expired or was already used", "Start again"},
			},
			{
				name: "refresh token too old", late: true, set: answers(400, "invalid_request", "Refresh token expired."), code: "invalid_request",
				says: []string{"Your session has ended", "Sign in again"},
			},
		},
	}
}

// A device flow ends on a page of Dex's own, which a client must list if the issuer
// has a path.
func TestDexSteps(t *testing.T) {
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	dex, _ := set.Lookup("dex")
	if !strings.Contains(dex.Client.Help, "/dex/device/callback") {
		t.Error(dex.Client.Help)
	}
}

func TestDex(t *testing.T) {
	t.Run("without sessions", dexStay(false).run)
	t.Run("with sessions", dexStay(true).run)
}
