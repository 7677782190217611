package providers_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/providers/identity"
)

// newAuthentik is authentik: slashes at the end of everything, endpoints of all
// applications together and an issuer for each, addresses by a regular
// expression, a new refresh token each time, groups with the scope profile.
func newAuthentik(t *testing.T) *house {
	const all, own = "auth.example.com/application/o/", "auth.example.com/application/o/claviger/"
	return newHouse(t, &rules{
		issuer: "https://" + own,
		meta:   own + ".well-known/openid-configuration", login: all + "authorize/", token: all + "token/",
		userinfo: all + "userinfo/", keys: own + "jwks/", revoke: all + "revoke/", end: own + "end-session/",
		document: map[string]any{
			"code_challenge_methods_supported":      []string{"plain", "S256"},
			"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
			"device_authorization_endpoint":         "https://" + all + "device/",
			"introspection_endpoint":                "https://" + all + "introspect/",
		},
		// What the preset's help says to enter, compared as authentik does.
		registered: regexp.MustCompile(`^(?:http://127\.0\.0\.1:\d+/callback/authentik)$`).MatchString,
		mismatch:   "Redirect URI Error. The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).",
		scopes:     "openid profile email offline_access", offline: "offline_access", lifetime: 300, rotates: true,
		claims: map[string]any{
			"sub": "f00dcafe", "acr": "goauthentik.io/providers/oauth2/default", "name": "Rosa Diaz", "given_name": "Rosa Diaz", "preferred_username": "rosa",
			"nickname": "rosa", "email": "rosa@example.org", "email_verified": true, "groups": []string{"staff", "authentik Admins"},
		},
		info: map[string]any{
			"sub": "f00dcafe", "name": "Rosa Diaz", "nickname": "rosa", "preferred_username": "rosa", "email": "rosa@example.org", "email_verified": true,
			"groups": []string{"staff", "authentik Admins"},
		},
		bad: refusals{
			client:  [2]string{"invalid_client", "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)"},
			code:    [2]string{"invalid_grant", "The provided authorization grant or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client"},
			refresh: [2]string{"invalid_grant", "The provided authorization grant or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client"},
		},
	})
}

// withoutSigningKey signs with the client's secret, which nobody here knows.
func withoutSigningKey(h *house) {
	h.sign = func(claims map[string]any) string {
		return signed(claims, jose.SigningKey{Algorithm: jose.HS256, Key: []byte("of-the-client-and-known-to-the-server-alone")})
	}
	h.document["id_token_signing_alg_values_supported"] = []string{"HS256"}
}

// withEncryptionKey answers with five parts.
func withEncryptionKey(h *house) {
	h.sign = func(map[string]any) string { return "eyJhbGciOiJSU0EtT0FFUC0yNTYifQ.a2V5.aXY.dGV4dA.dGFn" }
}

func TestAuthentik(t *testing.T) {
	const admin = "https://auth.example.com/if/admin/"
	(&stay{
		provider: "authentik", environ: []string{"CLAVIGER_AUTHENTIK_HOST=auth.example.com", "CLAVIGER_AUTHENTIK_SLUG=claviger"}, house: newAuthentik,
		scope: "openid profile email offline_access",
		want: outcome{
			User:   identity.User{ID: "f00dcafe", Login: "rosa", Name: "Rosa Diaz", Email: "rosa@example.org", EmailVerified: true},
			Issuer: "https://auth.example.com/application/o/claviger/", Groups: []string{"group authentik Admins", "group staff"},
			Scopes: []string{"email", "offline_access", "openid", "profile"}, Lifetime: 5 * time.Minute, Refresh: true, Passed: verified(),
		},
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "browser-page",
				says: []string{"does not list this redirect URI", `http://127\.0\.0\.1:\d+/callback/authentik`, admin},
			},
			{
				name: "unknown client", page: true, set: shows("Client ID Error. The client identifier (client_id) is missing or invalid."), code: "browser-page",
				says: []string{"does not know this client ID", "application slug", admin},
			},
			{
				name: "a policy refuses", page: true, set: shows("Permission denied. Request has been denied."), code: "browser-page",
				says: []string{"A policy in authentik", "bind you or one of your groups"},
			},
			{name: "no signing key", set: withoutSigningKey, code: "id-token", says: []string{"has no signing key", "choose a Signing Key", `"HS256" is not accepted`, admin}},
			{name: "encryption key", set: withEncryptionKey, code: "id-token", says: []string{"encrypts its tokens", "leave the Encryption Key empty", admin}},
		},
	}).run(t)
}

// Without the scope mapping the scope is left out without a word, and there is
// no refresh token.
func TestAuthentikWithoutOfflineMapping(t *testing.T) {
	t.Parallel()
	s := &stay{provider: "authentik", environ: []string{"CLAVIGER_AUTHENTIK_HOST=auth.example.com", "CLAVIGER_AUTHENTIK_SLUG=claviger"}, house: newAuthentik}
	h, d := s.sit(t)
	h.offline = never
	h.tokens = func(v map[string]any) { v["scope"] = "openid profile email" }
	if acc := d.must(s.request()); acc.CanRefresh || len(acc.Scopes) != 3 || len(acc.Requested) != 4 {
		t.Errorf("%+v", acc)
	}
}
