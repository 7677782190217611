package providers_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newKeycloak is Keycloak: http://127.0.0.1 with any port, an iss and a
// session_state with the code, groups as paths, roles of the realm and of
// clients if a mapper puts them there. Before release 17 its path begins with
// /auth.
func newKeycloak(base string) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		realm := base + "/realms/acme"
		at := realm + "/protocol/openid-connect/"
		return newHouse(t, &rules{
			issuer: "https://" + realm,
			meta:   realm + "/.well-known/openid-configuration", login: at + "auth", token: at + "token",
			userinfo: at + "userinfo", keys: at + "certs", revoke: at + "revoke", end: at + "logout",
			document: map[string]any{
				"code_challenge_methods_supported":               []string{"plain", "S256"},
				"introspection_endpoint":                         "https://" + at + "token/introspect",
				"authorization_response_iss_parameter_supported": true,
				"require_pushed_authorization_requests":          false,
			},
			back:       url.Values{"iss": {"https://" + realm}, "session_state": {"2c1e"}},
			registered: portless("http://127.0.0.1/callback/keycloak"),
			mismatch:   "We are sorry... Invalid parameter: redirect_uri",
			scopes:     "openid profile email offline_access roles", offline: "offline_access", lifetime: 300,
			claims: map[string]any{
				"sub": "b1946ac9-2492-4d23-8f1a-0b3c2d1e4f5a", "azp": clientID, "typ": "ID", "sid": "2c1e", "acr": "1", "preferred_username": "noor", "name": "Noor Haddad",
				"email_verified": false, "groups": []string{"/emea/platform", "/ops"}, "realm_access": map[string]any{"roles": []string{"editor", "offline_access"}},
				"resource_access": map[string]any{"desk": map[string]any{"roles": []string{"viewer"}}},
			},
			info: map[string]any{
				"sub": "b1946ac9-2492-4d23-8f1a-0b3c2d1e4f5a", "name": "Noor Haddad", "preferred_username": "noor", "given_name": "Noor",
				"family_name": "Haddad", "email": "noor@example.org", "email_verified": true, "groups": []string{"/emea/platform", "/ops"},
			},
			tokens: func(v map[string]any) {
				v["refresh_expires_in"], v["not-before-policy"], v["session_state"] = 0, 0, "2c1e"
			},
			bad: refusals{
				client:  [2]string{"unauthorized_client", "Invalid client or Invalid client credentials"},
				code:    [2]string{"invalid_grant", "Code not valid"},
				refresh: [2]string{"invalid_grant", "Offline user session not found"},
			},
		})
	}
}

func keycloakStay(base string) *stay {
	return &stay{
		provider: "keycloak", environ: []string{"CLAVIGER_KEYCLOAK_HOST=" + base, "CLAVIGER_KEYCLOAK_REALM=acme"}, house: newKeycloak(base),
		scope: "openid profile email offline_access",
		want: outcome{
			User:   identity.User{ID: "b1946ac9-2492-4d23-8f1a-0b3c2d1e4f5a", Login: "noor", Name: "Noor Haddad", Email: "noor@example.org", EmailVerified: true},
			Issuer: "https://" + base + "/realms/acme",
			Groups: []string{"client role desk:viewer", "group emea/platform", "group ops", "role editor", "role offline_access"},
			Scopes: []string{"email", "offline_access", "openid", "profile"}, Lifetime: 5 * time.Minute, Refresh: true,
			Passed: []string{"signature", "iss", "aud", "azp", "nonce", "exp", "iat", "at_hash", "sub"},
		},
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "browser-page",
				says: []string{"does not list this redirect URI", "valid redirect URIs", "http://127.0.0.1/callback/keycloak", "https://" + base + "/admin/"},
			},
			{
				name: "unknown client", page: true, code: "browser-page", set: shows("We are sorry... Client not found."),
				says: []string{"no client with that ID", "Compare the realm and client ID", "https://" + base + "/admin/"},
			},
			{
				name: "secret wrong or missing", code: "unauthorized_client", set: answers(401, "unauthorized_client", "Invalid client or Invalid client credentials"),
				says: []string{"rejects this client ID or its secret", "Client authentication", "Keycloak says: Invalid client or Invalid client credentials"},
			},
			{
				name: "secret wrong or missing, as older ones say", code: "invalid_client", set: answers(400, "invalid_client", "Invalid client secret"),
				says: []string{"rejects this client ID or its secret", "Keycloak says: Invalid client secret"},
			},
			{
				name: "scope not offered", code: "invalid_scope", set: sends("invalid_scope", "Invalid scopes: openid profile email offline_access"),
				says: []string{"does not offer a requested permission", "client scopes"},
			},
			{
				name: "no role for offline access", code: "not_allowed", set: answers(400, "not_allowed", "Offline tokens not allowed for the user or client"),
				says: []string{"does not allow offline access", "role offline_access", "offline = []"},
			},
			{
				name: "standard flow off", code: "unauthorized_client",
				set:  sends("unauthorized_client", "Client is not allowed to initiate browser login with given response_type. Standard flow is disabled for the client."),
				says: []string{"does not allow this sign-in method", "Turn on “Standard flow”"},
			},
			{
				name: "the session in the browser ended", late: true, code: "invalid_grant", set: answers(400, "invalid_grant", "Session not active"),
				says: []string{"Your session has ended", "Sign in again"},
			},
			{
				name: "refresh token has expired", late: true, code: "invalid_grant", set: answers(400, "invalid_grant", "Token is not active"),
				says: []string{"Your session has ended", "Sign in again"},
			},
		},
	}
}

func TestKeycloak(t *testing.T) {
	t.Run("today", keycloakStay("kc.example.com").run)
	t.Run("before 17", keycloakStay("kc.example.com/auth").run)
}
