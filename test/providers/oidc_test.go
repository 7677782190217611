package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newOpenID is a provider by the book: offline_access counts only with
// prompt=consent (OIDC Core §11). The plain one has neither revocation nor the
// end of a session.
func newOpenID(secret string, plain bool) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		const base = "id.example.com/tenant"
		r := &rules{
			issuer: "https://" + base,
			meta:   base + "/.well-known/openid-configuration", login: base + "/authorize", token: base + "/token", userinfo: base + "/userinfo", keys: base + "/jwks",
			document:   map[string]any{"code_challenge_methods_supported": []string{"S256"}},
			registered: portless("http://127.0.0.1/callback/oidc"),
			mismatch:   "invalid_request: redirect_uri is not registered for this client",
			secret:     secret, scopes: "openid profile email groups offline_access", offline: "offline_access", consent: true,
			rotates: !plain, silent: plain, lifetime: 600,
			claims: map[string]any{"sub": "248289761001", "preferred_username": "j.doe", "groups": []string{"staff"}, "roles": []string{"reader"}},
			info: map[string]any{
				"sub": "248289761001", "name": "Jane Doe", "preferred_username": "j.doe", "email": "janedoe@example.com", "email_verified": true,
				"picture": "https://" + base + "/janedoe/me.png", "groups": []string{"staff", "ops"},
			},
			bad: refusals{client: [2]string{"invalid_client", "Unknown client."}, code: [2]string{"invalid_grant", "Bad code."}, refresh: [2]string{"invalid_grant", "Bad refresh token."}},
		}
		if !plain {
			r.revoke, r.end = base+"/revoke", base+"/logout"
		}
		h := newHouse(t, r)
		h.serve(base+"/janedoe/me.png", picture(h.internet, false))
		return h
	}
}

func openIDStay(secret string, plain bool) *stay {
	return &stay{
		provider: "oidc", environ: []string{"CLAVIGER_OIDC_ISSUER=https://id.example.com/tenant"}, house: newOpenID(secret, plain),
		scope: "openid profile email offline_access groups",
		want: outcome{
			User: identity.User{
				ID: "248289761001", Login: "j.doe", Name: "Jane Doe", Email: "janedoe@example.com", EmailVerified: true,
				Picture: "https://id.example.com/tenant/janedoe/me.png",
			},
			Issuer: "https://id.example.com/tenant", Groups: []string{"group ops", "group staff", "role reader"},
			Scopes: []string{"email", "groups", "offline_access", "openid", "profile"}, Lifetime: 10 * time.Minute, Refresh: true, Passed: verified(),
		},
		page: "does not let apps revoke tokens",
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"redirect URI is not registered", "redirect.ports", "http://127.0.0.1/callback/oidc"}},
			{name: "unknown client", set: answers(401, "invalid_client", "Unknown client."), code: "invalid_client", says: []string{"does not know this client ID, or requires a secret", "Compare it with the registration"}},
			{name: "unknown scope", set: sends("invalid_scope", "groups is not known here"), code: "invalid_scope", says: []string{"does not know a requested permission", "Turn it off"}},
			{name: "said no", set: sends("access_denied", ""), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
			{name: "code used", set: answers(400, "invalid_grant", "Bad code."), code: "invalid_grant", says: []string{"code has expired or was already used", "Start again"}},
		},
	}
}

func TestOpenID(t *testing.T) {
	t.Run("public client", openIDStay("", false).run)
	t.Run("with a secret, little offered", openIDStay("header", true).run)
}
