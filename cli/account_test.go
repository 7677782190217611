package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"claviger/auth"
	"claviger/providers"
)

func TestGroupsSayWhereTheyAreFrom(t *testing.T) {
	token, api := providers.Origin{From: providers.FromIDToken, Name: "Claim"}, providers.Origin{From: providers.FromAPI, Name: "Teams"}
	one := []providers.Group{{ID: "1", Name: "Ops", Kind: "team", Sources: []providers.Origin{api}}}
	for name, tc := range map[string]struct {
		groups []providers.Group
		want   string
	}{
		"one place":  {one, "Groups        Ops (team)\n  Groups from   the API (Teams)\n"},
		"two places": {append(one, providers.Group{ID: "2", Kind: "group", Sources: []providers.Origin{token, api}}), "Ops (team), from the API (Teams)\n               2, from the ID token and the API (Teams)\n"},
		"older":      {[]providers.Group{{ID: "2"}}, "Groups       2\n"},
	} {
		var out bytes.Buffer
		r := &runner{Services: Services{Out: &out}}
		if err := r.showAccount(&auth.Account{ID: "k3v9x0q2mz7a", Groups: tc.groups}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tc.want) {
			t.Errorf("%s:\n%s", name, out.String())
		}
	}
}
