package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers/identity"
)

func TestGroupsSayWhereTheyAreFrom(t *testing.T) {
	token, api := identity.Origin{From: identity.FromIDToken, Name: "Claim"}, identity.Origin{From: identity.FromAPI, Name: "Teams"}
	one := []identity.Group{{ID: "1", Name: "Ops", Kind: "team", Sources: []identity.Origin{api}}}
	for name, tc := range map[string]struct {
		groups []identity.Group
		want   string
	}{
		"one place":  {one, "Groups          Ops (team)\n  Groups from     the API (Teams)\n"},
		"two places": {append(one, identity.Group{ID: "2", Kind: "group", Sources: []identity.Origin{token, api}}), "Ops (team), from the API (Teams)\n                  2, from the ID token and the API (Teams)\n"},
		"older":      {[]identity.Group{{ID: "2"}}, "Groups          2\n"},
	} {
		var out bytes.Buffer
		r := &runner{Services: Services{Out: &out}}
		if err := r.showAccount(&auth.Account{ID: "k3v9x0q2mz7a", Groups: tc.groups}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tc.want) || strings.Contains(out.String(), "Groups as of") {
			t.Errorf("%s:\n%s", name, out.String())
		}
	}
}

// A token that ends soon although the provider's last longer could not be
// refreshed; the provider's habits are not blamed.
func TestSaysThatATokenIsNotNew(t *testing.T) {
	var out bytes.Buffer
	r := &runner{Services: Services{Err: &out}}
	now := time.Now()
	r.sayEnd(&auth.Account{ID: "k3v9x0q2mz7a", CanRefresh: true}, &auth.Token{IssuedAt: now.Add(-time.Hour), ExpiresAt: now.Add(30 * time.Second)}, 0)
	if got := out.String(); !strings.Contains(got, "and could not be refreshed") {
		t.Errorf("said %q", got)
	}
}

func TestGroupsGainedAndLost(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.Local)
	token, api := identity.Origin{From: identity.FromIDToken, Name: "Claim"}, identity.Origin{From: identity.FromAPI, Name: "Teams"}
	a := &auth.Account{
		ID: "k3v9x0q2mz7a",
		Groups: []identity.Group{
			{ID: "1", Name: "Ops", Kind: "team", Sources: []identity.Origin{token, api}},
			{ID: "2", Name: "Dev", Kind: "team", Sources: []identity.Origin{token}},
			{ID: "3", Name: "QA", Kind: "team", Sources: []identity.Origin{api}, Stale: true},
		},
		GroupsUnread: []identity.Origin{api},
		GroupsChanged: &auth.GroupsChange{
			Since: at.Add(-48 * time.Hour), At: at.Add(-time.Hour),
			Gained: []identity.Group{{ID: "2", Name: "Dev", Kind: "team"}}, GainedCount: 1,
			Lost: []identity.Group{{ID: "9", Name: "Old\x1b[31m", Kind: "group"}}, LostCount: 3,
		},
		Missing: []identity.Missing{{What: "Teams", Reason: "sign in there first", Link: "https://a.example.com/sso"}},
	}
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	if err := r.showAccount(a, at); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"QA (team), from the API (Teams), as last seen", "between 8 March 2026, 12:00 and 11:00", "+ gained Dev (team)\n", "- lost Old[31m\n", "- lost 2 more\n",
		"Teams: sign in there first\n", "open https://a.example.com/sso\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s\nlacks %q", out.String(), want)
		}
	}
	out.Reset()
	if err := r.showGroups(a); err != nil {
		t.Fatal(err)
	}
	want := `GROUP        ID   ID TOKEN   API       NOTE
Ops (team)   1    yes        yes       
Dev (team)   2    yes        unknown   + gained
QA (team)    3    no         unknown   as last seen
Old[31m      9    no         no        - lost
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
	out.Reset()
	if err := r.showGroups(&auth.Account{}); err != nil || out.String() != "No groups.\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// TestProgressOfPages: a line a second about pages, what came of a source once,
// and every wait.
func TestProgressOfPages(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	request := func(ms int, name string, phase trace.Phase) trace.Event {
		return trace.Event{Step: trace.StepGroups, Phase: phase, Name: name, At: at.Add(time.Duration(ms) * time.Millisecond), Took: 400 * time.Millisecond}
	}
	advanced := func(ms int, name string, p trace.Progress) trace.Event {
		e := request(ms, name, trace.Advanced)
		e.Took, e.Progress = 0, &p
		return e
	}
	var events []trace.Event
	for page := 1; page <= 5; page++ {
		events = append(events, request(400*page, "Teams", trace.Done), advanced(400*page, "Teams", trace.Progress{Page: page, Groups: 10 * page, Last: page == 5}))
	}
	refused := request(2100, "Orgs", trace.Broken)
	refused.Detail = "too many requests (429)"
	events = append(events, refused, advanced(2100, "Orgs", trace.Progress{Page: 1, Wait: 2 * time.Second}), request(4500, "Orgs", trace.Done),
		advanced(4500, "Orgs", trace.Progress{Page: 1, Groups: 3, Last: true}), request(4600, "Roles", trace.Broken), advanced(4600, "Roles", trace.Progress{Last: true}))
	for verbose, want := range map[bool]string{
		false: `  … Groups: Teams (page 3, 30 so far)
  ✓ Groups: Teams (50 groups on 5 pages)
  ✗ Groups: Orgs (too many requests (429)) 400 ms
  … Groups: Orgs (waiting 2 seconds at the provider's request)
  ✓ Groups: Orgs (3 groups)
  ✗ Groups: Roles 400 ms
`,
		true: "",
	} {
		var out bytes.Buffer
		p := &progress{r: &runner{Services: Services{Err: &out}, verbose: verbose}, begun: true}
		for _, e := range events {
			p.event(e)
		}
		if want == "" {
			if n := strings.Count(out.String(), "\n"); n != len(events) {
				t.Errorf("verbose has %d lines of %d events:\n%s", n, len(events), out.String())
			}
			continue
		}
		if d := cmp.Diff(want, out.String()); d != "" {
			t.Error(d)
		}
	}
}

func TestGroupsHaveTheirAge(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.Local)
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	a := &auth.Account{ID: "k3v9x0q2mz7a", GroupsAsked: true, GroupsAt: now.Add(-3 * time.Hour), VerifiedAt: now.Add(-time.Minute)}
	if err := r.showAccount(a, now); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Groups as of    3 hours ago\n", "Last checked    1 minute ago\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, out.String())
		}
	}
}
