package auth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

func group(id string, from ...identity.Origin) identity.Group {
	return identity.Group{ID: id, Name: strings.ToUpper(id), Kind: "team", Sources: from}
}

func ids(list []identity.Group) string {
	var out []string
	for _, g := range list {
		id := g.ID
		if g.Stale {
			id += "?"
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func TestRegroup(t *testing.T) {
	claim := identity.Origin{From: identity.FromIDToken, Name: "Claim"}
	api := identity.Origin{From: identity.FromAPI, Name: "Teams"}
	older := identity.Origin{Name: "Teams"}
	for name, tc := range map[string]struct {
		before, seen       []identity.Group
		unread             []identity.Origin
		want, gained, lost string
	}{
		"nothing new":            {[]identity.Group{group("a", api)}, []identity.Group{group("a", api)}, nil, "a", "", ""},
		"gained and lost":        {[]identity.Group{group("a", api), group("b", claim)}, []identity.Group{group("a", api), group("c", api)}, nil, "a c", "c", "b"},
		"a source failed":        {[]identity.Group{group("a", api), group("b", claim)}, []identity.Group{group("c", claim)}, []identity.Origin{api}, "a? c", "c", "b"},
		"in part":                {[]identity.Group{group("a", api), group("b", api)}, []identity.Group{group("a", api), group("z", api)}, []identity.Origin{api}, "a b? z", "z", ""},
		"one of two sources":     {[]identity.Group{group("a", claim, api)}, nil, []identity.Origin{api}, "a?", "", ""},
		"of an older version":    {[]identity.Group{group("a", older), group("b")}, nil, []identity.Origin{api}, "a? b?", "", ""},
		"of another older one":   {[]identity.Group{group("a", identity.Origin{Name: "Roles"})}, nil, []identity.Origin{api}, "", "", "a"},
		"back after a failure":   {[]identity.Group{{ID: "a", Name: "A", Kind: "team", Sources: []identity.Origin{api}, Stale: true}}, []identity.Group{group("a", api)}, nil, "a", "", ""},
		"another kind":           {[]identity.Group{group("a", api)}, []identity.Group{{ID: "a", Name: "A", Kind: "role", Sources: []identity.Origin{api}}}, nil, "a", "a", "a"},
		"everything, with an ok": {[]identity.Group{group("a", api)}, nil, nil, "", "", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			then, now := time.Unix(1000, 0), time.Unix(2000, 0)
			r := &record{}
			r.regroup(&identity.Identity{Groups: tc.seen, Unread: tc.unread}, tc.before, then, now)
			if got := ids(r.Groups); got != tc.want || r.GroupsAt.Equal(now) != (len(tc.seen) > 0 || tc.unread == nil) {
				t.Errorf("groups %q, want %q", got, tc.want)
			}
			if tc.gained+tc.lost == "" {
				if r.Changed != nil {
					t.Errorf("changed %+v", r.Changed)
				}
				return
			}
			c := r.Changed
			if c == nil || ids(c.Gained) != tc.gained || ids(c.Lost) != tc.lost || !c.Since.Equal(then) || !c.At.Equal(now) ||
				c.GainedCount != len(c.Gained) || c.LostCount != len(c.Lost) {
				t.Errorf("changed %+v", c)
			}
		})
	}
}

// A claim has the id only; the request with the name failed this time.
func TestRegroupKeepsNames(t *testing.T) {
	api := identity.Origin{From: identity.FromAPI, Name: "Graph"}
	claim := identity.Origin{From: identity.FromIDToken, Name: "Claim"}
	r := &record{}
	r.regroup(&identity.Identity{
		Groups: []identity.Group{{ID: "6c1f", Name: "6c1f", Kind: "group", Sources: []identity.Origin{claim}}}, Unread: []identity.Origin{api},
	}, []identity.Group{{ID: "6c1f", Name: "Platform", Kind: "group", Sources: []identity.Origin{claim, api}}}, time.Time{}, time.Now())
	if r.Groups[0].Name != "Platform" || r.Groups[0].Stale || r.Changed != nil {
		t.Errorf("%+v, %+v", r.Groups, r.Changed)
	}
}

func TestRegroupIsBounded(t *testing.T) {
	var many []identity.Group
	for i := range 10_000 {
		many = append(many, group(fmt.Sprint(i)))
	}
	r := &record{}
	r.regroup(&identity.Identity{Groups: many}, nil, time.Time{}, time.Now())
	if c := r.Changed; len(c.Gained) != maxChanged || c.GainedCount != 10_000 || c.LostCount != 0 {
		t.Errorf("%d of %d", len(c.Gained), c.GainedCount)
	}
}

// TestCheckTellsGainedAndLost goes through a whole life: signed in, changed,
// the request fails, signed in again.
func TestCheckTellsGainedAndLost(t *testing.T) {
	p := authtest.NewProvider(t)
	clock := time.Now().Truncate(time.Second)
	a := storeAgent(t, p, newMemStore(), func(o *Options) { o.Now = func() time.Time { return clock } })
	enrolled := func() *Account {
		return enroll(t, a, p, 2*time.Hour, func(res *signInResult, r *SignInRequest) {
			r.Groups = true
			res.Identity.Groups = []identity.Group{{ID: "platform", Name: "platform", Kind: "team", Sources: []identity.Origin{{From: identity.FromAPI, Name: "Groups"}}}}
		})
	}
	acc := enrolled()
	if acc.GroupsChanged != nil {
		t.Errorf("the first sign-in changed %+v", acc.GroupsChanged)
	}
	first := clock
	check := func(wantGroups, wantGained, wantLost string) *Account {
		t.Helper()
		clock = clock.Add(time.Minute)
		if _, err := a.Check(t.Context(), acc.ID); err != nil {
			t.Fatal(err)
		}
		got, err := a.Account(t.Context(), acc.ID) // as it was stored
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{wantGroups, wantGained, wantLost}, []string{ids(got.Groups), ids(got.GroupsChanged.Gained), ids(got.GroupsChanged.Lost)}); d != "" {
			t.Error(d)
		}
		return got
	}
	got := check("on-call platform", "on-call", "")
	times := func(want ...time.Time) {
		t.Helper()
		if d := cmp.Diff(want, []time.Time{got.GroupsChanged.Since, got.GroupsChanged.At, got.GroupsAt, got.VerifiedAt}); d != "" {
			t.Error(d)
		}
	}
	changed := clock
	times(first, changed, clock, clock)
	check("on-call platform", "on-call", "") // it stays until it changes again
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Groups: {Status: 403}}})
	got = check("on-call? platform?", "on-call", "")
	if d := cmp.Diff([]identity.Origin{{From: identity.FromAPI, Name: "Groups"}}, got.GroupsUnread); d != "" {
		t.Error(d)
	}
	looked := clock.Add(-time.Minute)    // the last time that there was an answer
	times(first, changed, looked, clock) // the groups are older than the rest
	if again := enrolled(); !again.GroupsChanged.Since.Equal(looked) || again.ID != acc.ID || ids(again.GroupsChanged.Lost) != "on-call" || len(again.GroupsUnread) != 0 {
		t.Errorf("signed in again: %+v", again.GroupsChanged)
	}
	// A sign-in that does not ask for groups says nothing about them.
	if plain := enroll(t, a, p, time.Hour, func(res *signInResult, _ *SignInRequest) { res.Identity.Groups = nil }); plain.GroupsChanged != nil || len(plain.Groups) != 0 || !plain.GroupsAt.IsZero() {
		t.Errorf("without groups: %+v", plain)
	}
}

func TestGroupsChangedJSON(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	a := Account{
		Groups:       []identity.Group{{ID: "1", Name: "Ops", Kind: "team", Stale: true}},
		GroupsAt:     at.Add(time.Hour),
		GroupsUnread: []identity.Origin{{From: identity.FromAPI, Name: "Teams"}},
		GroupsChanged: &GroupsChange{
			Since: at, At: at.Add(time.Hour), Lost: []identity.Group{{ID: "2", Name: "Dev", Kind: "team"}}, LostCount: 1,
		},
	}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"groups":[{"id":"1","name":"Ops","kind":"team","sources":[],"stale":true}]`,
		`"groups_at":"2026-03-10T13:00:00Z"`,
		`"groups_unread":[{"from":"api","name":"Teams"}]`,
		`"groups_changed":{"since":"2026-03-10T12:00:00Z","at":"2026-03-10T13:00:00Z","gained":[],"lost":[{"id":"2","name":"Dev","kind":"team","sources":[]}],"gained_count":0,"lost_count":1}`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s\nlacks %s", data, want)
		}
	}
}

// TestProgressEvents: pages are events with numbers; what is kept of them is
// the last of each source.
func TestProgressEvents(t *testing.T) {
	var told []trace.Event
	e := trace.NewLog(time.Now, func(ev trace.Event) { told = append(told, ev) })
	for i := 1; i <= 3; i++ {
		e.Emit(identityEvent(identity.Exchange{Name: "Teams", Page: i, Status: 200}))
		e.Emit(progressEvent(identity.Progress{Name: "Teams", Page: i, Groups: 100 * i, Last: i == 3}))
	}
	e.Emit(progressEvent(identity.Progress{Name: "Profile", Wait: 2 * time.Second}))
	if len(told) != 7 || told[0].Step != trace.StepGroups || told[1].Phase != trace.Advanced || told[1].Step != trace.StepGroups || told[6].Step != trace.StepProfile {
		t.Errorf("told %+v", told)
	}
	kept := e.Events()
	if len(kept) != 5 || !slices.ContainsFunc(kept, func(ev trace.Event) bool {
		return ev.Progress != nil && *ev.Progress == (trace.Progress{Page: 3, Groups: 300, Last: true})
	}) {
		t.Errorf("kept %+v", kept)
	}
	for want, p := range map[string]trace.Progress{
		"page 3, 212 so far": {Page: 3, Groups: 212}, "212 groups on 3 pages": {Page: 3, Groups: 212, Last: true}, "7 groups": {Page: 1, Groups: 7, Last: true}, "1 group": {Page: 1, Groups: 1, Last: true},
		"waiting 5 seconds at the provider's request": {Page: 3, Groups: 212, Wait: 5 * time.Second},
	} {
		if p.String() != want {
			t.Errorf("%q, want %q", p.String(), want)
		}
	}
}

// Whoever writes a provider's file is told which of its expressions did not
// fit, and on what.
func TestMappingErrorInWords(t *testing.T) {
	p := &providers.Provider{ID: "x", Name: "Acme", Profile: providers.Profile{Sources: []providers.ProfileSource{{
		Source: providers.Source{Name: "Me", From: identity.FromIDToken}, Map: ".name | keys", Required: true,
	}}}}
	_, err := identity.Ask(t.Context(), p, identity.Request{IDTokenClaims: map[string]any{
		"sub": "1", "name": "Mira", "at": canaryAccess + "eyJhbGciOiJub25lIn0.e30.sig", "email": "mira@example.org",
	}})
	found := problem.Explain(err, p, "")
	for _, want := range []string{"Me: keys cannot be applied to string, in the expression .name | keys (profile.source[0].map)", `{"at":"…","email":"…","name":"Mira","sub":"1"}`} {
		if !strings.Contains(found.Detail, want) {
			t.Errorf("%q lacks %q", found.Detail, want)
		}
	}
	if found.Code != "mapping" || strings.Contains(found.Detail, "eyJ") || strings.Contains(found.Detail, "example.org") {
		t.Errorf("%+v", found)
	}
}
