package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newZitadel is Zitadel: native apps come back to any loopback address and
// localhost, where path and query count; roles are an object of objects, for
// all projects and for each.
func newZitadel(t *testing.T) *house {
	const base = "acme-a1b2c3.zitadel.cloud"
	roles := map[string]any{
		"editor": map[string]any{"28034": "acme.example.com"},
		"viewer": map[string]any{"28034": "acme.example.com", "51": "other.example.com"},
	}
	return newHouse(t, &rules{
		issuer: "https://" + base,
		meta:   base + "/.well-known/openid-configuration", login: base + "/oauth/v2/authorize", token: base + "/oauth/v2/token",
		userinfo: base + "/oidc/v1/userinfo", keys: base + "/oauth/v2/keys", revoke: base + "/oauth/v2/revoke", end: base + "/oidc/v1/end_session",
		document: map[string]any{
			"code_challenge_methods_supported":      []string{"S256"},
			"token_endpoint_auth_methods_supported": []string{"none", "client_secret_basic", "client_secret_post", "private_key_jwt"},
			"device_authorization_endpoint":         "https://" + base + "/oauth/v2/device_authorization",
			"introspection_endpoint":                "https://" + base + "/oauth/v2/introspect",
		},
		registered: portless("http://127.0.0.1/callback/zitadel", "http://[::1]/callback", "http://localhost/callback/zitadel"),
		mismatch: `{"error":"invalid_request","error_description":"The requested redirect_uri is missing in the client configuration. ` +
			`If you have any questions, you may contact the administrator of the application."}`,
		scopes:  "openid profile email offline_access urn:zitadel:iam:org:projects:roles",
		offline: "offline_access", lifetime: 43199, rotates: true,
		claims: map[string]any{
			"sub": "9007199254740993", "azp": clientID, "client_id": clientID, "amr": []string{"pwd"},
			"urn:zitadel:iam:org:project:roles": roles, "urn:zitadel:iam:org:project:777:roles": map[string]any{"auditor": map[string]any{"51": "other.example.com"}},
		},
		info: map[string]any{
			"sub": "9007199254740993", "name": "Ida Holm", "preferred_username": "ida@acme.example.com", "email": "ida@example.org", "email_verified": true,
			"updated_at": 1790000000, "locale": nil, "urn:zitadel:iam:org:project:roles": roles,
		},
		bad: refusals{
			client:  [2]string{"invalid_client", "Errors.Internal"},
			code:    [2]string{"invalid_grant", "Errors.AuthRequest.NotFound"},
			refresh: [2]string{"invalid_grant", "Errors.User.RefreshToken.Invalid"},
		},
	})
}

func TestZitadel(t *testing.T) {
	(&stay{
		provider: "zitadel", environ: []string{"CLAVIGER_ZITADEL_DOMAIN=acme-a1b2c3.zitadel.cloud"}, house: newZitadel,
		scope: "openid profile email offline_access urn:zitadel:iam:org:projects:roles",
		want: outcome{
			User:   identity.User{ID: "9007199254740993", Login: "ida@acme.example.com", Name: "Ida Holm", Email: "ida@example.org", EmailVerified: true},
			Issuer: "https://acme-a1b2c3.zitadel.cloud",
			Groups: []string{"organization acme.example.com", "organization other.example.com", "role auditor", "role editor", "role viewer"},
			Scopes: []string{"email", "offline_access", "openid", "profile", "urn:zitadel:iam:org:projects:roles"}, Lifetime: 43199 * time.Second, Refresh: true,
			Passed: []string{"signature", "iss", "aud", "azp", "nonce", "exp", "iat", "at_hash", "sub"},
		},
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "browser-page",
				says: []string{"does not list this redirect URI", "the port may differ", "http://127.0.0.1/callback/zitadel", "https://acme-a1b2c3.zitadel.cloud/ui/console/projects"},
			},
			{
				name: "unknown client", page: true, code: "browser-page", set: shows(`{"error":"invalid_request","error_description":"Errors.App.NotFound"}`),
				says: []string{"no application with that client ID", "Compare the domain and client ID", "https://acme-a1b2c3.zitadel.cloud/ui/console/projects"},
			},
			{
				name: "no role in the project", code: "access_denied", set: sends("access_denied", "Errors.User.GrantRequired"),
				says: []string{"no role in the application's project", "administrator to authorise you"},
			},
			{
				name: "code used", code: "invalid_grant", set: answers(400, "invalid_grant", "Errors.AuthRequest.NotFound"),
				says: []string{"code has expired or was already used", "Start again"},
			},
		},
	}).run(t)
}
