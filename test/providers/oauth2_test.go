package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newOAuth is any OAuth 2.0 service: no metadata, no revocation, one address
// that says who signed in, in one form or another.
func newOAuth(secret, profile string) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		h := newHouse(t, &rules{
			login: "login.example.com/oauth/authorize", token: "login.example.com/oauth/token",
			registered: portless("http://127.0.0.1/callback/oauth2"), mismatch: "Error: the redirect URI is not registered for this client",
			secret: secret, scopes: "profile", lifetime: 3600, silent: true,
			bad: refusals{client: [2]string{"invalid_client"}, code: [2]string{"invalid_grant"}, refresh: [2]string{"invalid_grant"}}, refused: bareError,
		})
		h.api("api.example.com/me", "{}", profile)
		h.serve("api.example.com/me.png", picture(h.internet, false))
		return h
	}
}

func oauthStay(secret, profile string) *stay {
	return &stay{
		provider: "oauth2", house: newOAuth(secret, profile), scope: "profile",
		file: "[scopes]\nprofile = [\"profile\"]\n",
		environ: []string{
			"CLAVIGER_OAUTH2_AUTHORIZATION=https://login.example.com/oauth/authorize", "CLAVIGER_OAUTH2_TOKEN=https://login.example.com/oauth/token",
			"CLAVIGER_OAUTH2_PROFILE=https://api.example.com/me",
		},
		want: outcome{
			User:   identity.User{ID: "42", Login: "grace", Name: "Grace Obi", Email: "grace@example.com", EmailVerified: true, Picture: "https://api.example.com/me.png"},
			Groups: []string{"group ops", "group staff"}, Scopes: []string{"profile"}, Lifetime: time.Hour, Refresh: true,
		},
		page: "does not let apps revoke tokens",
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"redirect URI is not registered", "redirect.ports", "http://127.0.0.1/callback/oauth2"}},
			{name: "unknown client", set: answers(401, "invalid_client", ""), code: "invalid_client", says: []string{"does not know this client ID, or requires a secret"}},
			{name: "unknown scope", set: sends("invalid_scope", "profile?"), code: "invalid_scope", says: []string{"does not know a requested permission", "provider's file"}},
			{name: "said no", set: sends("access_denied", ""), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
		},
	}
}

func TestOAuth(t *testing.T) {
	for name, profile := range map[string]string{
		"plain":   `{"id":42,"login":"grace","name":"Grace Obi","email":"grace@example.com","email_verified":true,"avatar_url":"https://api.example.com/me.png","groups":["staff","ops"]}`,
		"wrapped": `{"data":{"uuid":"42","username":"grace","displayName":"Grace Obi","mail":"grace@example.com","verified":"true","picture":"https://api.example.com/me.png","groups":["staff","ops"]}}`,
	} {
		t.Run(name, oauthStay("", profile).run)
		t.Run(name+", with a secret", oauthStay("body", profile).run)
	}
}
