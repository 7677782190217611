package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newOkta is Okta: addresses compared with their ports, an ID token that is thin
// if there is an access token too, email_verified as a text, a refresh token
// only for offline_access. The organisation's own server and a custom one have
// an issuer each.
func newOkta(issuer, endpoints string) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		return newHouse(t, &rules{
			issuer: "https://" + issuer,
			meta:   issuer + "/.well-known/openid-configuration", login: endpoints + "/v1/authorize", token: endpoints + "/v1/token",
			userinfo: endpoints + "/v1/userinfo", keys: endpoints + "/v1/keys", revoke: endpoints + "/v1/revoke", end: endpoints + "/v1/logout",
			document: map[string]any{
				"code_challenge_methods_supported":      []string{"S256"},
				"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"},
				"grant_types_supported":                 []string{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"},
				"device_authorization_endpoint":         "https://" + endpoints + "/v1/device/authorize",
			},
			mismatch: "400 Bad Request. The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: https://example-admin.okta.com/admin/app/oidc_client/instance/0oa1#tab-general",
			scopes:   "openid profile email groups offline_access", offline: "offline_access", lifetime: 3600,
			claims: map[string]any{"sub": "00u1a2b3", "ver": 1, "amr": []string{"pwd"}, "idp": "00o1", "auth_time": time.Now().Unix(), "preferred_username": "aiko@example.com"},
			info: map[string]any{
				"sub": "00u1a2b3", "name": "Aiko Tanaka", "locale": "en-US", "preferred_username": "aiko@example.com", "zoneinfo": "America/Los_Angeles",
				"email": "aiko@example.com", "email_verified": "true", "groups": []string{"Everyone", "Engineers"},
			},
			bad: refusals{
				client:  [2]string{"invalid_client", "The client secret supplied for a confidential client is invalid."},
				code:    [2]string{"invalid_grant", "The authorization code is invalid or has expired."},
				refresh: [2]string{"invalid_grant", "The refresh token is invalid or expired."},
			},
		})
	}
}

func oktaStay(issuer, endpoints string) *stay {
	const page = "https://login.okta.com"
	return &stay{
		provider: "okta", environ: []string{"CLAVIGER_OKTA_ISSUER=https://" + issuer}, house: newOkta(issuer, endpoints), exact: "127.0.0.1",
		scope: "openid profile email offline_access groups",
		want: outcome{
			User:   identity.User{ID: "00u1a2b3", Login: "aiko@example.com", Name: "Aiko Tanaka", Email: "aiko@example.com", EmailVerified: true},
			Issuer: "https://" + issuer, Groups: []string{"group Engineers", "group Everyone"},
			Scopes:   []string{"email", "groups", "offline_access", "openid", "profile"},
			Lifetime: time.Hour, Refresh: true, Passed: verified(),
		},
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "browser-page",
				says: []string{"does not list this sign-in redirect URI", "including the port", "http://127.0.0.1:51789/callback/okta, http://127.0.0.1:51790/callback/okta", page},
			},
			{
				name: "not assigned", code: "access_denied", set: sends("access_denied", "User is not assigned to the client application."),
				says: []string{"have not been assigned", "administrator to assign you"},
			},
			{
				name: "groups scope unknown", code: "invalid_scope",
				set:  sends("invalid_scope", "One or more scopes are not configured for the authorization server resource."),
				says: []string{"does not know a requested permission", "scope “groups” exists only", "Sign in without groups", "Security, API"},
			},
			{
				name: "wrong server of the organisation", page: true, code: "browser-page",
				set:  shows("400 Bad Request. Your request resulted in an error. Invalid value for 'client_id' parameter."),
				says: []string{"no application with that client ID", "Compare the client ID and issuer", page},
			},
			{
				name: "refresh grant off", late: true, code: "unauthorized_client",
				set:  answers(400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code]."),
				says: []string{"not allowed to sign in this way", "refresh token", page},
			},
		},
	}
}

func TestOkta(t *testing.T) {
	t.Run("custom server", oktaStay("example.okta.com/oauth2/default", "example.okta.com/oauth2/default").run)
	t.Run("own server", oktaStay("example.okta.com", "example.okta.com/oauth2").run)
}

// The issuer of the other server, or with a slash, is found out at the start.
func TestOktaIssuer(t *testing.T) {
	t.Parallel()
	s := oktaStay("example.okta.com/oauth2/default", "example.okta.com/oauth2/default")
	s.environ = []string{"CLAVIGER_OKTA_ISSUER=https://example.okta.com/oauth2/default/"}
	h, d := s.sit(t)
	h.serve("example.okta.com/oauth2/default//.well-known/openid-configuration", h.metadata)
	_, err := d.signIn(s.request())
	says(t, d.words("okta", err), `trailing "/" counts`)
	if len(h.to(h.login)) != 0 {
		t.Error("the browser was opened")
	}
}
