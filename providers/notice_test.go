package providers

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestNotices: what a header says is told in the words of the file, and only an
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
			w := newWorld(t, map[string]http.HandlerFunc{"a.example.com/groups": status(403, "X-Acme-Wall", tc.header)})
			got := w.identity(p, IdentityRequest{IDTokenClaims: map[string]any{"sub": "1"}})
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
	w := newWorld(t, map[string]http.HandlerFunc{
		"api.github.com/user":        reply(githubUser),
		"api.github.com/user/emails": reply(`[]`),
		"api.github.com/user/teams":  reply(`[]`),
		"api.github.com/user/orgs": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-GitHub-SSO", "partial-results; organizations=21955855,20582480")
			reply(`[{"login":"northwind","id":901}]`)(w, r)
		},
	})
	got := w.identity(provider(t, "github"), IdentityRequest{})
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
		w := newWorld(t, map[string]http.HandlerFunc{
			"api.github.com/user": reply(githubUser), "api.github.com/user/emails": reply(`[]`), "api.github.com/user/orgs": reply(`[]`),
			"api.github.com/user/teams": status(403, "X-GitHub-SSO", header),
		})
		want.What = "Teams"
		if d := cmp.Diff([]Missing{want}, w.identity(provider(t, "github"), IdentityRequest{}).Missing); d != "" {
			t.Error(d)
		}
	}
	// An error's text goes to logs: the address does not.
	if err := error(&RequestError{Name: "Teams", Reason: "r", Link: link}); strings.Contains(err.Error(), "AZSCKL") {
		t.Error(err)
	}
}

func TestNoticesOfAFile(t *testing.T) {
	for text, want := range map[string]string{
		"header = \"X Y\"\nmatch = 'a'\ntext = \"t\"":                          `f.toml:4: notices[0].header: must be the name of a header`,
		"header = \"X\"\nmatch = '('\ntext = \"t\"":                            `notices[0].match: is not a regular expression`,
		"header = \"X\"\nmatch = 'a*'\ntext = \"t\"":                           `notices[0].match: matches every text`,
		"header = \"X\"\ntext = \"t\"":                                         `notices[0].match: is missing`,
		"header = \"X\"\nmatch = 'a'":                                          `notices[0].text: is missing`,
		"header = \"X\"\nmatch = 'a'\ntext = \"t\"\nlink = true":               `notices[0].link: needs a group (?P<url>…)`,
		"header = \"X\"\nmatch = 'a'\ntext = \"t\"\ncount = \"n\"":             `notices[0].count: is not the name of a group`,
		"header = \"X\"\nmatch = 'a'\ntext = \"{n} {who}\"":                    `notices[0].text: {n} needs count`,
		"header = \"X\"\nmatch = 'a(?P<url>.)'\ntext = \"{url}\"\nlink = true": `notices[0].text: {url} is not allowed`,
		"header = \"X\"\nmatch = 'a'\ntext = \"t\"\nopen = true":               `notices[0].open: unknown key; allowed here: count, header, link, match, text`,
	} {
		if _, err := Parse("f.toml", []byte(good+"[[notices]]\n"+text+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestLinkIsNotOfferedForANetworkError(t *testing.T) {
	p := provider(t, "github")
	client := &http.Client{Transport: rewrite(func(*http.Request) (*http.Response, error) { return nil, errors.New("down") }), Timeout: time.Second}
	_, err := p.Identity(t.Context(), IdentityRequest{HTTP: client, AccessToken: NewSecret(canary), Groups: true})
	var re *RequestError
	if !errors.As(err, &re) || re.Link != "" {
		t.Errorf("%v", err)
	}
}
