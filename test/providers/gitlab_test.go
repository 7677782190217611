package providers_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newGitLab is GitLab: 127.0.0.1 with any port but not localhost, a refresh
// token without being asked for one, created_at in token answers, groups in user
// info with those above them. A path may stand before everything.
func newGitLab(base string) func(t *testing.T) *house {
	return func(t *testing.T) *house {
		h := newHouse(t, &rules{
			issuer: "https://" + base,
			meta:   base + "/.well-known/openid-configuration", login: base + "/oauth/authorize", token: base + "/oauth/token",
			userinfo: base + "/oauth/userinfo", keys: base + "/oauth/discovery/keys", revoke: base + "/oauth/revoke",
			document: map[string]any{
				"code_challenge_methods_supported":      []string{"plain", "S256"},
				"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
			},
			registered: portless("http://127.0.0.1/callback/gitlab"),
			mismatch:   "An error has occurred. The redirect URI included is not valid.",
			scopes:     "openid profile email read_user read_api", lifetime: 7200, rotates: true,
			claims: map[string]any{"sub": "4102", "sub_legacy": "b1946ac9", "name": "Lea Moreau", "nickname": "lmoreau", "preferred_username": "lmoreau", "groups_direct": []string{"acme/web"}},
			info: map[string]any{
				"sub": "4102", "name": "Lea Moreau", "nickname": "lmoreau", "email": "lea@example.org", "email_verified": true,
				"picture": "https://" + base + "/uploads/-/system/user/avatar/4102/avatar.png", "groups": []string{"acme", "acme/web"},
			},
			tokens: func(v map[string]any) { v["created_at"] = time.Now().Unix() },
			bad: refusals{
				client:  [2]string{"invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."},
				code:    [2]string{"invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."},
				refresh: [2]string{"invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."},
			},
		})
		h.serve(base+"/uploads/-/system/user/avatar/4102/avatar.png", picture(h.internet, false))
		return h
	}
}

func gitLabStay(base string) *stay {
	const apps = "/-/user_settings/applications"
	return &stay{
		provider: "gitlab", environ: []string{"CLAVIGER_GITLAB_HOST=" + base}, house: newGitLab(base), scope: "openid profile email",
		want: outcome{
			User: identity.User{
				ID: "4102", Login: "lmoreau", Name: "Lea Moreau", Email: "lea@example.org", EmailVerified: true,
				Picture: "https://" + base + "/uploads/-/system/user/avatar/4102/avatar.png",
			},
			Issuer: "https://" + base, Groups: []string{"group acme", "group acme/web"}, Scopes: []string{"email", "openid", "profile"},
			Lifetime: 2 * time.Hour, Refresh: true, Passed: verified(),
		},
		faults: []fault{
			{
				name: "address not registered", page: true, set: unregistered, code: "browser-page",
				says: []string{"does not list this redirect URI", "only the port of 127.0.0.1 may differ", "http://127.0.0.1/callback/gitlab", base + apps},
			},
			{
				name: "confidential application", code: "invalid_client",
				set:  answers(401, "invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."),
				says: []string{"does not know this application ID", "“Confidential” off", base + apps},
			},
			{
				name: "unknown application", page: true, code: "browser-page",
				set:  shows("An error has occurred. Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."),
				says: []string{"does not know this application ID", base + apps},
			},
			{
				name: "scope not ticked", code: "invalid_scope", set: sends("invalid_scope", "The requested scope is invalid, unknown, or malformed."),
				says: []string{"may not request these permissions", "Tick openid, profile and email", base + apps},
			},
			{name: "said no", set: sends("access_denied", "The resource owner or authorization server denied the request."), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
		},
	}
}

func TestGitLab(t *testing.T) {
	for _, base := range []string{"gitlab.com", "git.example.com", "example.com/gitlab"} {
		t.Run(base, gitLabStay(base).run)
	}
}

// Not localhost, for which GitLab compares the port as well.
func TestGitLabLocalhost(t *testing.T) {
	t.Parallel()
	s := gitLabStay("gitlab.com")
	s.file = "[redirect]\nhost = \"localhost\"\n"
	_, d := s.sit(t)
	says(t, s.pasted(t, d), "does not list this redirect URI", "http://127.0.0.1/callback/gitlab")
}

// The groups API, for a person's own file as the preset's comment has it, comes
// in pages with Link headers.
func TestGitLabGroupsAPI(t *testing.T) {
	t.Parallel()
	s := gitLabStay("git.example.com")
	s.file = `
[scopes]
groups = ["read_api"]
[scopes.meaning]
read_api = "Read everything that you can read"
[[groups]]
name = "Groups"
url = "https://{host}/api/v4/groups?min_access_level=10&per_page=100"
scope = "read_api"
kind = "group"
paging = "link"
items = ".[] | {id: (.id | tostring), name: .full_path}"
`
	h, d := s.sit(t)
	h.linked("git.example.com/api/v4/groups", `{"message":"401 Unauthorized"}`, "per_page=100",
		`[{"id":1,"full_path":"acme/team-1","name":"Team"}]`, `[{"id":2,"full_path":"acme/team-2","name":"Team"}]`, `[{"id":3,"full_path":"acme/team-3","name":"Team"}]`)
	want := s.want
	want.Groups = []string{"group acme/team-1", "group acme/team-2", "group acme/team-3"}
	want.Scopes = []string{"email", "openid", "profile", "read_api"}
	d.check(d.must(auth.SignInRequest{Provider: "gitlab", Groups: true}), want)
}
