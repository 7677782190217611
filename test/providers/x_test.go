package providers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newX is X with a native app: addresses compared with their ports, a refresh
// token for offline.access, with a dot, and good once, an answer in a wrapper,
// no address and no groups. Of a dead token it says invalid_request.
func newX(t *testing.T) *house {
	h := newHouse(t, &rules{
		login: "x.com/i/oauth2/authorize", token: "api.x.com/2/oauth2/token", revoke: "api.x.com/2/oauth2/revoke",
		mismatch: "Something went wrong. You weren’t able to give access to the App. Go back and try logging in again.",
		scopes:   "tweet.read users.read offline.access", offline: "offline.access", lifetime: 7200, rotates: true,
		tokens: func(v map[string]any) { v["token_type"] = "bearer" },
		bad: refusals{
			client: [2]string{"unauthorized_client", "Missing valid authorization header"}, code: [2]string{"invalid_request", "Value passed for the authorization code was invalid."},
			refresh: [2]string{"invalid_request", "Value passed for the token was invalid."},
		},
	})
	h.serve("api.x.com/2/users/me", h.bearer(`{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("user.fields") != "profile_image_url" {
			t.Errorf("fields %v", r.URL.Query())
		}
		answer(w, 200, `{"data":{"id":"15","name":"Sana Qureshi","username":"sana_q","profile_image_url":"https://pbs.twimg.com/profile_images/15/normal.jpg"}}`)
	}))
	h.serve("pbs.twimg.com/profile_images/15/normal.jpg", picture(h.internet, false))
	return h
}

func TestX(t *testing.T) {
	const portal = "https://developer.x.com/en/portal/projects-and-apps"
	(&stay{
		provider: "x", house: newX, exact: "127.0.0.1", scope: "users.read tweet.read offline.access",
		want: outcome{
			User:   identity.User{ID: "15", Login: "sana_q", Name: "Sana Qureshi", Picture: "https://pbs.twimg.com/profile_images/15/normal.jpg"},
			Groups: []string{}, Scopes: []string{"offline.access", "tweet.read", "users.read"}, Lifetime: 2 * time.Hour, Refresh: true,
		},
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"without saying why", "callback URI or the client ID", "http://127.0.0.1:51789/callback/x", portal}},
			{name: "confidential app", set: answers(401, "unauthorized_client", "Missing valid authorization header"), code: "unauthorized_client", says: []string{"registered as confidential", "“Native App”", portal}},
			{name: "code used", set: answers(400, "invalid_request", "Value passed for the authorization code was invalid."), code: "invalid_request", says: []string{"code has expired or was already used", "Start again"}},
			{name: "said no", set: sends("access_denied", ""), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
			{name: "no permission to read", set: sends("invalid_scope", ""), code: "invalid_scope", says: []string{"may not request these permissions", "“Read” permission"}},
		},
	}).run(t)
}
