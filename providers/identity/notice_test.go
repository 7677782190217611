package identity

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// TestNotices: what a header says is shown in the words of the file, and only an
// address of the provider itself is offered.
func TestNotices(t *testing.T) {
	const rules = `
[[notices]]
header = "X-Acme-Wall"
match = '^wall; url=(?P<url>\S+)$'
text = "climb the wall first"
link = true
[[notices]]
header = "X-Acme-Wall"
match = '^hidden; list=(?P<list>.*); by=(?P<who>.*)$'
text = "{n} hidden by {who}"
count = "list"
`
	for name, tc := range map[string]struct {
		header     string
		text, link string
	}{
		"own host":         {"wall; url=https://a.example.com/w?x=1", "climb the wall first", "https://a.example.com/w?x=1"},
		"another own host": {"wall; url=https://A.example.com/w", "climb the wall first", "https://A.example.com/w"},
		"foreign host":     {"wall; url=https://evil.example.com/w", "climb the wall first", ""},
		"host in the user": {"wall; url=https://a.example.com@evil.example.com/", "climb the wall first", ""},
		"not https":        {"wall; url=http://a.example.com/w", "climb the wall first", ""},
		"script":           {"wall; url=javascript:alert(1)", "climb the wall first", ""},
		"a port":           {"wall; url=https://a.example.com:8443/w", "climb the wall first", ""},
		"long":             {"wall; url=https://a.example.com/" + strings.Repeat("a", 2000), "climb the wall first", ""},
		"count":            {"hidden; list=1,2, 3; by=the \u202eadmin", "3 hidden by the admin", ""},
		"none":             {"something else", "not permitted (403): a permission is missing, or an administrator does not allow it", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := parsed(t, good+rules+"[[groups]]\nname=\"G\"\nurl=\"https://a.example.com/groups\"\nitems=\".[]\"\n")
			w := world.New(t, map[string]http.HandlerFunc{"a.example.com/groups": world.Status(403, "X-Acme-Wall", tc.header)})
			got := identityOf(t, w, p, Request{IDTokenClaims: map[string]any{"sub": "1"}})
			if d := cmp.Diff([]Missing{{What: "G", Reason: tc.text, Link: tc.link}}, got.Missing); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff([]Origin{{FromAPI, "G"}}, got.Unread); d != "" {
				t.Error(d)
			}
		})
	}
}

// An answer that leaves something out is good, and not whole.
func TestNoticeOnAGoodAnswer(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{
		"api.github.com/user":        world.Reply(githubUser),
		"api.github.com/user/emails": world.Reply(`[]`),
		"api.github.com/user/teams":  world.Reply(`[]`),
		"api.github.com/user/orgs": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-GitHub-SSO", "partial-results; organizations=21955855,20582480")
			world.Reply(`[{"login":"northwind","id":901}]`)(w, r)
		},
	})
	got := identityOf(t, w, provider(t, "github"), Request{})
	want := []Missing{{What: "Organisations", Reason: "organisations hidden: 2; sign in to their single sign-on at GitHub and check again"}}
	if d := cmp.Diff(want, got.Missing); d != "" || len(got.Groups) != 1 {
		t.Error(d, got.Groups)
	}
	if d := cmp.Diff([]Origin{{FromAPI, "Organisations"}}, got.Unread); d != "" {
		t.Error(d)
	}
}

func TestGitHubSingleSignOnLink(t *testing.T) {
	const link = "https://github.com/orgs/northwind/sso?authorization_request=AZSCKL"
	for header, want := range map[string]Missing{
		"required; url=" + link: {Reason: "an organisation requires single sign-on; sign in there and check again", Link: link},
		"required":              {Reason: "organisations are hidden until you sign in to their single sign-on at GitHub; then check again"},
	} {
		w := world.New(t, map[string]http.HandlerFunc{
			"api.github.com/user": world.Reply(githubUser), "api.github.com/user/emails": world.Reply(`[]`), "api.github.com/user/orgs": world.Reply(`[]`),
			"api.github.com/user/teams": world.Status(403, "X-GitHub-SSO", header),
		})
		want.What = "Teams"
		if d := cmp.Diff([]Missing{want}, identityOf(t, w, provider(t, "github"), Request{}).Missing); d != "" {
			t.Error(d)
		}
	}
	// An error's text goes to logs: the address does not.
	if err := error(&RequestError{Name: "Teams", Reason: "r", Link: link}); strings.Contains(err.Error(), "AZSCKL") {
		t.Error(err)
	}
}

func TestLinkIsNotOfferedForANetworkError(t *testing.T) {
	p := provider(t, "github")
	client := &http.Client{Transport: world.RoundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("down") }), Timeout: time.Second}
	_, err := Ask(t.Context(), p, Request{HTTP: client, AccessToken: providers.NewSecret(world.Canary), Groups: true})
	var re *RequestError
	if !errors.As(err, &re) || re.Link != "" {
		t.Errorf("%v", err)
	}
}
