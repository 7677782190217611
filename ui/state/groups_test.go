package state

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/words"
	"github.com/google/go-cmp/cmp"
)

func changedAccount() *auth.Account {
	token, api := identity.Origin{From: identity.FromIDToken, Name: "Claim"}, identity.Origin{From: identity.FromAPI, Name: "Teams"}
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	return &auth.Account{
		ID: "a", GroupsAsked: true,
		Groups: []identity.Group{
			{ID: "1", Name: "Ops", Kind: "team", Sources: []identity.Origin{token, api}},
			{ID: "2", Name: "Dev", Kind: "team", Sources: []identity.Origin{api}},
			{ID: "3", Name: "QA", Kind: "team", Sources: []identity.Origin{api}, Stale: true},
		},
		GroupsUnread: []identity.Origin{api},
		GroupsChanged: &auth.GroupsChange{
			Since: at.Add(-48 * time.Hour), At: at.Add(-time.Hour),
			Gained: []identity.Group{{ID: "2", Name: "Dev", Kind: "team"}}, GainedCount: 1,
			Lost: []identity.Group{{ID: "9", Name: "Old", Kind: "team"}}, LostCount: 1,
		},
	}
}

func TestGroupTable(t *testing.T) {
	a := changedAccount()
	table := words.NewGroupTable(a)
	if d := cmp.Diff([]string{identity.FromIDToken, identity.FromAPI}, table.Places); d != "" {
		t.Error(d)
	}
	var titles, rows []string
	for _, v := range words.GroupViews() {
		titles = append(titles, table.ViewTitle(v))
		for _, g := range table.List(v) {
			note, _ := table.Note(g, v)
			row := g.Name + ":" + note
			for _, from := range table.Places {
				cell, _ := table.Cell(g, v, from)
				row += "," + cell
			}
			rows = append(rows, row)
		}
	}
	if d := cmp.Diff([]string{"All 3", "Gained 1", "Lost 1", "Sources differ 1"}, titles); d != "" {
		t.Error(d)
	}
	want := []string{"Ops:,yes,yes", "Dev:gained,no,yes", "QA:as last seen,no,unknown", "Dev:gained,no,yes", "Old:lost,no,no", "Dev:gained,no,yes"}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	if s := words.ChangeText(a.GroupsChanged, now); s != "1 gained, 1 lost since 8 March 2026, noticed 1 hour ago" {
		t.Errorf("%q", s)
	}
	if s := words.ChangeText(nil, now); s != "" {
		t.Errorf("%q", s)
	}
}

// TestTheViewOfGroupsIsTheAccounts: the list follows view, filter and account.
func TestTheViewOfGroupsIsTheAccounts(t *testing.T) {
	r := newRig(t)
	a, b := changedAccount(), changedAccount()
	b.ID = "b"
	r.update(func(st *State) {
		st.Accounts = []*auth.Account{a, b}
		r.selectAccount(st, "a")
	})
	list := func() string {
		var names []string
		for _, g := range r.State().Groups {
			names = append(names, g.Name)
		}
		return strings.Join(names, " ")
	}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "Ops Dev QA"},
		{func() { r.Groups.SetView(words.GroupsLost) }, "Old"},
		{func() { r.Groups.SetFilter("dev") }, ""},
		{func() { r.Groups.SetView(words.GroupsGained) }, "Dev"},
		{func() { r.SelectAccount("b") }, "Ops Dev QA"},
	} {
		if step.do(); list() != step.want {
			t.Errorf("groups %q, want %q", list(), step.want)
		}
	}
}

// TestPagesAreOneLine: a source with many pages is one line that counts.
func TestPagesAreOneLine(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	ms := 0
	event := func(step trace.Step, name string, phase trace.Phase, p *trace.Progress) trace.Event {
		ms += 100
		e := trace.Event{Step: step, Name: name, Phase: phase, At: at.Add(time.Duration(ms) * time.Millisecond), Progress: p}
		if p == nil {
			e.Took = 100 * time.Millisecond
		}
		if phase == trace.Broken {
			e.Detail = "too many requests (429)"
		}
		return e
	}
	groups := func(phase trace.Phase, p *trace.Progress) trace.Event {
		return event(trace.StepGroups, "Teams", phase, p)
	}
	var events []trace.Event
	shown := func(e trace.Event) string {
		events = append(events, e)
		var out []string
		for _, r := range words.StepRows(events) {
			out = append(out, fmt.Sprintf("%s %s %s %s", r.State, r.Text, r.Detail, r.Took))
		}
		return strings.Join(out, "|")
	}
	for _, tc := range []struct {
		e    trace.Event
		want string
	}{
		{groups(trace.Done, nil), "done Teams  100 ms"},
		{groups(trace.Advanced, &trace.Progress{Page: 1, Groups: 100}), "running Teams page 1, 100 so far "},
		{groups(trace.Done, nil), "running Teams page 1, 100 so far "},
		{groups(trace.Advanced, &trace.Progress{Page: 2, Groups: 200}), "running Teams page 2, 200 so far "},
		{groups(trace.Broken, nil), "failed Teams too many requests (429) 100 ms"},
		{groups(trace.Advanced, &trace.Progress{Page: 3, Groups: 200, Wait: time.Second}), "running Teams waiting 1 second at the provider's request "},
		{groups(trace.Done, nil), "running Teams waiting 1 second at the provider's request "},
		{groups(trace.Advanced, &trace.Progress{Page: 3, Groups: 212, Last: true}), "done Teams 212 groups on 3 pages 800 ms"},
		{event(trace.StepProfile, "Me", trace.Broken, nil), "done Teams 212 groups on 3 pages 800 ms|failed Me too many requests (429) 100 ms"},
		{event(trace.StepProfile, "Me", trace.Advanced, &trace.Progress{Wait: time.Second}), "done Teams 212 groups on 3 pages 800 ms|running Me waiting 1 second at the provider's request "},
		{event(trace.StepProfile, "Me", trace.Done, nil), "done Teams 212 groups on 3 pages 800 ms|done Me  100 ms"},
	} {
		if got := shown(tc.e); got != tc.want {
			t.Errorf("%q, want %q", got, tc.want)
		}
	}
	// A source that failed for good stays failed.
	events = nil
	shown(groups(trace.Broken, nil))
	if got := shown(groups(trace.Advanced, &trace.Progress{Last: true})); got != "failed Teams too many requests (429) 100 ms" {
		t.Errorf("%q", got)
	}
}
