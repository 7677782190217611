package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newCognito is a user pool: plain http for localhost only and with its port,
// endpoints on another host than the issuer, no scope in token answers, texts
// for truth values in user info, groups in the ID token alone. Its logout is not
// that of OpenID Connect, though its metadata name it so.
func newCognito(t *testing.T) *house {
	const pool, domain = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI", "acme.auth.eu-central-1.amazoncognito.com"
	return newHouse(t, &rules{
		issuer: "https://" + pool,
		meta:   pool + "/.well-known/openid-configuration", login: domain + "/oauth2/authorize", token: domain + "/oauth2/token",
		userinfo: domain + "/oauth2/userInfo", keys: pool + "/.well-known/jwks.json", revoke: domain + "/oauth2/revoke",
		document: map[string]any{
			"end_session_endpoint":                  "https://" + domain + "/logout",
			"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
			"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		},
		mismatch: "An error was encountered with the requested page. redirect_mismatch",
		scopes:   "openid email phone profile aws.cognito.signin.user.admin", lifetime: 3600, silent: true, refreshOnly: true,
		claims: map[string]any{
			"sub": "7c1e2d3f-4a5b-6c7d-8e9f-0a1b2c3d4e5f", "token_use": "id", "cognito:username": "omar", "cognito:groups": []string{"admins", "eu"},
			"email": "omar@example.com", "email_verified": true, "auth_time": time.Now().Unix(), "origin_jti": "o1", "event_id": "e1", "jti": "j1",
		},
		info: map[string]any{"sub": "7c1e2d3f-4a5b-6c7d-8e9f-0a1b2c3d4e5f", "username": "omar", "name": "Omar Said", "email": "omar@example.com", "email_verified": "true"},
		tokens: func(v map[string]any) {
			delete(v, "scope")
		},
		bad:     refusals{client: [2]string{"invalid_client", "invalid_client_secret"}, code: [2]string{"invalid_grant"}, refresh: [2]string{"invalid_grant"}},
		refused: bareError,
	})
}

func TestCognito(t *testing.T) {
	const console = "https://console.aws.amazon.com/cognito/"
	(&stay{
		provider: "cognito", environ: []string{"CLAVIGER_COGNITO_REGION=eu-central-1", "CLAVIGER_COGNITO_POOL=eu-central-1_AbCdEfGhI"}, house: newCognito,
		exact: "localhost", scope: "openid profile email",
		want: outcome{
			User:   identity.User{ID: "7c1e2d3f-4a5b-6c7d-8e9f-0a1b2c3d4e5f", Login: "omar", Name: "Omar Said", Email: "omar@example.com", EmailVerified: true},
			Issuer: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI", Groups: []string{"group admins", "group eu"},
			Scopes: []string{"email", "openid", "profile"}, Lifetime: time.Hour, Refresh: true, Passed: verified(),
		},
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "redirect_mismatch",
				says: []string{"does not list this callback URL", "http only for localhost", "http://localhost:51789/callback/cognito", console},
			},
			{
				name: "client with a secret", set: answers(400, "invalid_client", "invalid_client_secret"), code: "invalid_client",
				says: []string{"its secret is missing or wrong", "without a secret", console},
			},
			{name: "scope not ticked", set: sends("invalid_request", "invalid_scope"), code: "invalid_request (invalid_scope)", says: []string{"may not request these permissions", "Tick openid, email and profile"}},
			{name: "grant not ticked", set: sends("unauthorized_client", ""), code: "unauthorized_client", says: []string{"authorization code grant", "Tick"}},
			{name: "no such client", page: true, set: shows("Error 400. Client client-4711 does not exist."), code: "browser-page", says: []string{"no such app client", "Compare the region, pool", console}},
		},
	}).run(t)
}
