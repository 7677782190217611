package providers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newSlack is a Slack app with PKCE: everything has status 200 and says in ok
// whether it worked; the workspace is in claims with addresses for names; a
// refresh token is good once; nothing reports scopes or revokes.
func newSlack(t *testing.T) *house {
	const avatar = "avatars.slack-edge.com/2026-01-01/krane_512.png"
	claims := map[string]any{
		"sub": "U0R7JM", "https://slack.com/user_id": "U0R7JM", "https://slack.com/team_id": "T0R7GR", "email": "kr@example.org", "email_verified": true,
		"date_email_verified": 1790000000, "name": "Krane", "picture": "https://" + avatar, "given_name": "Bront", "family_name": "Labradoodle", "locale": "en-US",
		"https://slack.com/team_name": "kraneflannel", "https://slack.com/team_domain": "kf",
	}
	info := map[string]any{"ok": true}
	for k, v := range claims {
		info[k] = v
	}
	h := newHouse(t, &rules{
		issuer: "https://slack.com",
		meta:   "slack.com/.well-known/openid-configuration", login: "slack.com/openid/connect/authorize", token: "slack.com/api/openid.connect.token",
		userinfo: "slack.com/api/openid.connect.userInfo", keys: "slack.com/openid/connect/keys",
		document: map[string]any{
			"scopes_supported": []string{"openid", "profile", "email"}, "response_modes_supported": []string{"form_post", "query"},
			"claim_types_supported": []string{"normal"}, "claims_parameter_supported": false, "request_uri_parameter_supported": true,
		},
		mismatch: "Something went wrong when authorizing this app. Error details: redirect_uri did not match any configured URIs. Passed URI: http://localhost:4711/callback/slack",
		scopes:   "openid profile email", lifetime: 43200, rotates: true,
		claims: claims, info: info,
		tokens: func(v map[string]any) {
			v["ok"] = true
			delete(v, "scope")
		},
		refused: func(w http.ResponseWriter, _ int, code, _ string) {
			object(w, http.StatusOK, map[string]any{"ok": false, "error": code})
		},
		bad: refusals{client: [2]string{"invalid_client_id"}, code: [2]string{"invalid_code"}, refresh: [2]string{"invalid_refresh_token"}},
	})
	h.serve(avatar, picture(h.internet, false))
	return h
}

func TestSlack(t *testing.T) {
	const apps = "https://api.slack.com/apps"
	(&stay{
		provider: "slack", house: newSlack, exact: "localhost", scope: "openid profile email",
		want: outcome{
			User: identity.User{
				ID: "U0R7JM", Login: "kr@example.org", Name: "Krane", Email: "kr@example.org", EmailVerified: true,
				Picture: "https://avatars.slack-edge.com/2026-01-01/krane_512.png",
			},
			Issuer: "https://slack.com", Groups: []string{"workspace kraneflannel"}, Scopes: []string{"email", "openid", "profile"},
			Lifetime: 12 * time.Hour, Refresh: true, Passed: verified(),
		},
		page: "https://slack.com/apps/manage",
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "browser-page",
				says: []string{"does not list this redirect URI", "OAuth & Permissions", "http://localhost:51789/callback/slack", apps},
			},
			{name: "another address at the exchange", set: answers(200, "bad_redirect_uri", ""), code: "bad_redirect_uri", says: []string{"does not list this redirect URI", "http://localhost:51789/callback/slack", apps}},
			{name: "PKCE is off", set: answers(200, "bad_client_secret", ""), code: "bad_client_secret", says: []string{"requires its secret", "public client with PKCE", apps}},
			{
				name: "scope not added", page: true, set: shows("Something went wrong. Invalid permissions requested. Requested scopes are not configured."), code: "browser-page",
				says: []string{"may not request these permissions", "openid, profile and email", apps},
			},
			{name: "another workspace", set: sends("invalid_team_for_non_distributed_app", ""), code: "invalid_team_for_non_distributed_app", says: []string{"own workspace only", "distribution"}},
			{name: "code used", set: answers(200, "invalid_code", ""), code: "invalid_code", says: []string{"code has expired or was already used", "Start again"}},
		},
	}).run(t)
}
