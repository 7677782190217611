package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newLinkedIn is LinkedIn's native flow: an endpoint that its metadata do not
// name, loopback addresses by number with any port, no secret, no nonce in ID
// tokens, no refresh token, no groups, nothing to revoke. Its metadata and ID
// tokens name one issuer or another.
func newLinkedIn(tokenIssuer string) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		h := newHouse(t, &rules{
			issuer: "https://www.linkedin.com/oauth", meta: "www.linkedin.com/oauth/.well-known/openid-configuration",
			login: "www.linkedin.com/oauth/native-pkce/authorization", token: "www.linkedin.com/oauth/v2/accessToken",
			userinfo: "api.linkedin.com/v2/userinfo", keys: "www.linkedin.com/oauth/openid/jwks",
			document:   map[string]any{"authorization_endpoint": "https://www.linkedin.com/oauth/v2/authorization", "subject_types_supported": []string{"pairwise"}},
			registered: portless("http://127.0.0.1/callback/linkedin", "http://[::1]/callback"),
			mismatch:   "Bummer, something went wrong. The redirect_uri does not match the registered value",
			scopes:     "openid profile email", offline: never, lifetime: 5184000,
			claims: map[string]any{
				"iss": tokenIssuer, "sub": "782bbtaQ", "name": "John Doe", "given_name": "John", "family_name": "Doe", "picture": "https://media.licdn.com/john",
				"locale": "en_US", "nonce": "", "at_hash": nil,
			},
			info:   map[string]any{"sub": "782bbtaQ", "name": "John Doe", "locale": map[string]any{"country": "US", "language": "en"}, "email": "doe@example.org", "email_verified": "true"},
			tokens: func(v map[string]any) { v["scope"] = "email,openid,profile" },
			bad:    refusals{client: [2]string{"invalid_client", "Client authentication failed"}, code: [2]string{"invalid_request", "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired."}},
		})
		h.serve("media.licdn.com/john", picture(h.internet, false))
		return h
	}
}

func TestLinkedIn(t *testing.T) {
	const apps = "https://www.linkedin.com/developers/apps"
	for _, issuer := range []string{"https://www.linkedin.com/oauth", "https://www.linkedin.com"} {
		t.Run(issuer, (&stay{
			provider: "linkedin", house: newLinkedIn(issuer), scope: "openid profile email",
			want: outcome{
				User: identity.User{
					ID: "782bbtaQ", Login: "doe@example.org", Name: "John Doe", Email: "doe@example.org", EmailVerified: true, Picture: "https://media.licdn.com/john",
				},
				Issuer: issuer, Groups: []string{}, Scopes: []string{"email", "openid", "profile"}, Lifetime: 60 * 24 * time.Hour,
				Passed: []string{"signature", "iss", "aud", "exp", "iat", "sub"},
			},
			page: "https://www.linkedin.com/mypreferences/d/data-sharing-for-permitted-services",
			faults: []fault{
				{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"does not list this redirect URI", "http://127.0.0.1:", apps}},
				{
					name: "product not added", set: sends("unauthorized_scope_error", `Scope "openid" is not authorized for your application`), code: "unauthorized_scope_error",
					says: []string{"may not request these permissions", "Sign In with LinkedIn using OpenID Connect", apps},
				},
				{
					name: "PKCE not enabled", set: answers(400, "invalid_request", `A required parameter "client_secret" is missing`), code: "invalid_request",
					says: []string{"has not enabled PKCE", "LinkedIn contact"},
				},
				{name: "unknown client", page: true, set: shows(`Bummer, something went wrong. The passed in client_id is invalid "client-4711".`), code: "browser-page", says: []string{"does not know this client ID", apps}},
				{name: "said no", set: sends("user_cancelled_authorize", "The user cancelled the authorization"), code: "user_cancelled_authorize", kind: problem.KindRefused, says: []string{"Access denied"}},
				{
					name: "code used", code: "invalid_request", says: []string{"code has expired or was already used", "Start again"},
					set: answers(400, "invalid_request", "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired."),
				},
			},
		}).run)
	}
}
