package identity

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// TestGroupsKeepAllSources: a group that several places name is one group that
// knows them all, with the best name of them; another kind is another group.
func TestGroupsKeepAllSources(t *testing.T) {
	p, err := providers.Parse("f.toml", []byte(good+`
[[groups]]
name = "Claim"
from = "id_token"
items = ".groups[]?"
[[groups]]
name = "Details"
from = "userinfo"
items = ".groups[]?"
[[groups]]
name = "Direct"
url = "https://a.example.com/direct"
items = ".[]"
[[groups]]
name = "Nested"
url = "https://a.example.com/nested"
items = ".[]"
[[groups]]
name = "Roles"
from = "id_token"
kind = "role"
items = ".roles[]?"
`))
	if err != nil {
		t.Fatal(err)
	}
	w := world.New(t, map[string]http.HandlerFunc{
		"a.example.com/userinfo": world.Reply(`{"sub":"1","groups":["g1"]}`),
		"a.example.com/direct":   world.Reply(`[{"id":"g1","name":"Platform"},{"id":"g1","name":"Platform"}]`),
		"a.example.com/nested":   world.Reply(`[{"id":"g1","name":"Platform"},{"id":"g2","name":"Quality"}]`),
	})
	got := identityOf(t, w, p, Request{
		Metadata:      &providers.Metadata{UserinfoEndpoint: "https://a.example.com/userinfo"},
		IDTokenClaims: map[string]any{"sub": "1", "groups": []any{"g1", "g3", "g3"}, "roles": []any{"g1"}},
	})
	claim, api := Origin{FromIDToken, "Claim"}, Origin{FromAPI, "Nested"}
	want := []Group{
		{ID: "g1", Name: "g1", Kind: "role", Sources: []Origin{{FromIDToken, "Roles"}}},
		{ID: "g3", Name: "g3", Kind: "group", Sources: []Origin{claim}},
		{ID: "g1", Name: "Platform", Kind: "group", Sources: []Origin{claim, {FromUserinfo, "Details"}, {FromAPI, "Direct"}, api}},
		{ID: "g2", Name: "Quality", Kind: "group", Sources: []Origin{api}},
	}
	if d := cmp.Diff(want, got.Groups); d != "" {
		t.Error(d)
	}
	for i, words := range []string{"the ID token", "the ID token", "the ID token, userinfo and the API (Direct, Nested)", "the API (Nested)"} {
		if s := got.Groups[i].Origins(); s != words {
			t.Errorf("%s: %q", got.Groups[i].Name, s)
		}
	}
	if s := CommonOrigins(got.Groups); s != "" {
		t.Errorf("common origin %q", s)
	}
	// Claims of two names are in the same ID token.
	if s := CommonOrigins([]Group{{ID: "g", Sources: []Origin{{FromIDToken, "groups"}}}, {ID: "r", Sources: []Origin{{FromIDToken, "roles"}}}}); s != "the ID token" {
		t.Errorf("common origin of groups and roles %q", s)
	}
	if s := CommonOrigins(got.Groups[3:]); s != "the API (Nested)" {
		t.Errorf("common origin %q", s)
	}
}

func TestGroupOfAnOlderRecord(t *testing.T) {
	var got []Group
	err := json.Unmarshal([]byte(`[{"id":"1","name":"Ops","kind":"team","source":"Teams"},
		{"id":"2","name":"Dev","kind":"team","sources":[{"from":"api","name":"Teams"}]},{"id":"3","name":"QA","kind":"team"}]`), &got)
	if err != nil {
		t.Fatal(err)
	}
	want := []Group{
		{ID: "1", Name: "Ops", Kind: "team", Sources: []Origin{{Name: "Teams"}}},
		{ID: "2", Name: "Dev", Kind: "team", Sources: []Origin{{FromAPI, "Teams"}}},
		{ID: "3", Name: "QA", Kind: "team"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if s := got[0].Origins() + "|" + got[2].Origins(); s != "Teams|" {
		t.Errorf("words %q", s)
	}
}
