package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
)

// newGitea is Gitea, Forgejo and Codeberg: public clients come back to any port
// of 127.0.0.1, a refresh token comes without being asked for, token answers
// name no scope, lists have at most 50 entries a page, nothing can be revoked.
// Refresh tokens are good once if the server is set up so.
func newGitea(base string) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		h := newHouse(t, &rules{
			login: base + "/login/oauth/authorize", token: base + "/login/oauth/access_token",
			registered: portless("http://127.0.0.1/callback/gitea"),
			mismatch:   "Authorization failed. The authorization failed because we detected an invalid request. Unregistered Redirect URI",
			scopes:     "read:user read:organization", lifetime: 3600, rotates: true,
			tokens: func(v map[string]any) {
				v["token_type"] = "bearer"
				delete(v, "scope")
			},
			bad: refusals{
				client:  [2]string{"unauthorized_client", "invalid client secret"},
				code:    [2]string{"unauthorized_client", "client is not authorized"},
				refresh: [2]string{"unauthorized_client", "token was already used"},
			},
		})
		const refusal = `{"message":"token is required","url":"https://codeberg.org/api/swagger"}`
		h.api(base+"/api/v1/user", refusal, `{"id":7130,"login":"pilar","login_name":"","full_name":"Pilar Ortiz","email":"pilar@example.org",
		 "avatar_url":"https://`+base+`/avatars/7130","is_admin":false,"visibility":"public"}`)
		h.linked(base+"/api/v1/user/orgs", refusal, "limit=50",
			`[{"id":1,"name":"acme","username":"acme","full_name":"Acme","avatar_url":""}]`,
			`[{"id":2,"name":"northwind","full_name":""}]`,
			`[{"id":3,"name":"makers","username":"makers"}]`)
		h.linked(base+"/api/v1/user/teams", refusal, "limit=50",
			`[{"id":1,"name":"Owners","organization":{"id":1,"name":"acme","username":"acme"},"permission":"owner"}]`,
			`[{"id":2,"name":"web","organization":{"id":2,"name":"northwind"},"permission":"write"}]`)
		h.serve(base+"/avatars/7130", picture(h.internet, false))
		return h
	}
}

func giteaStay(base string) *stay {
	apps := "https://" + base + "/user/settings/applications"
	return &stay{
		provider: "gitea", environ: []string{"CLAVIGER_GITEA_HOST=" + base}, house: newGitea(base), scope: "read:user read:organization",
		want: outcome{
			User:   identity.User{ID: "7130", Login: "pilar", Name: "Pilar Ortiz", Email: "pilar@example.org", Picture: "https://" + base + "/avatars/7130"},
			Groups: []string{"organization acme", "organization makers", "organization northwind", "team acme:Owners", "team northwind:web"},
			Scopes: []string{"read:organization", "read:user"}, Lifetime: time.Hour, Refresh: true,
		},
		page: apps,
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"does not list this redirect URI", "any port on 127.0.0.1", "http://127.0.0.1/callback/gitea", apps}},
			{name: "unknown client", page: true, set: shows("Authorization failed. Client ID not registered"), code: "browser-page", says: []string{"no application with that client ID", apps}},
			{name: "confidential application", set: answers(400, "unauthorized_client", "invalid empty client secret"), code: "unauthorized_client", says: []string{"confidential, and its secret is missing or wrong", "Untick “Confidential Client”", apps}},
			{name: "code used", set: answers(400, "unauthorized_client", "client is not authorized"), code: "unauthorized_client", says: []string{"code has expired or was already used", "Start again"}},
			{name: "disconnected", late: true, set: answers(400, "invalid_grant", "grant does not exist"), code: "invalid_grant", says: []string{"Your session has ended", "Sign in again"}},
		},
	}
}

func TestGitea(t *testing.T) {
	for _, base := range []string{"codeberg.org", "example.com/forge"} {
		t.Run(base, giteaStay(base).run)
	}
}

// Not localhost: it is no loopback address for Gitea.
func TestGiteaLocalhost(t *testing.T) {
	t.Parallel()
	s := giteaStay("codeberg.org")
	s.file = "[redirect]\nhost = \"localhost\"\n"
	_, d := s.sit(t)
	says(t, s.pasted(t, d), "does not list this redirect URI")
}
