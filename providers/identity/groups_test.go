package identity

import (
	"net/http"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// What a source did not say is not the same as no groups: the account must not
// look as if it had lost them.
func TestUserinfoThatCouldNotBeHadIsNotNoGroups(t *testing.T) {
	for name, c := range map[string]struct {
		endpoint string
		answer   http.HandlerFunc
		groups   int
		unread   bool
	}{
		"groups":             {"https://login.example.com/userinfo", world.Reply(`{"sub":"me","groups":["a"]}`), 1, false},
		"none":               {"https://login.example.com/userinfo", world.Reply(`{"sub":"me"}`), 0, false},
		"refused":            {"https://login.example.com/userinfo", world.Status(500), 0, true},
		"of somebody else":   {"https://login.example.com/userinfo", world.Reply(`{"sub":"other","groups":["admins"]}`), 0, true},
		"there is no way to": {"", nil, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := providers.Parse("f.toml", []byte(good+"[[groups]]\nname = \"Groups\"\nfrom = \"userinfo\"\nitems = \".groups[]?\"\n"))
			if err != nil {
				t.Fatal(err)
			}
			w := world.New(t, map[string]http.HandlerFunc{"login.example.com/userinfo": c.answer})
			got := identityOf(t, w, p, Request{
				IDTokenClaims: map[string]any{"sub": "me"}, Metadata: &providers.Metadata{UserinfoEndpoint: c.endpoint},
			})
			if len(got.Groups) != c.groups || (len(got.Unread) == 1) != c.unread {
				t.Errorf("groups %v, unread %v, missing %v", got.Groups, got.Unread, got.Missing)
			}
			if c.unread && len(got.Missing) != 1 {
				t.Errorf("why is told %d times: %v", len(got.Missing), got.Missing)
			}
		})
	}
}

// A claim that leaves groups out is no complete list, unless a request gave the
// whole of that kind.
func TestIncompleteClaims(t *testing.T) {
	const file = good + `
[[groups]]
name = "Claim"
kind = "group"
from = "id_token"
items = ".groups[]?"
incomplete = ".more | if type == \"object\" then error(\"odd\") else . end"
[[groups]]
name = "API"
kind = "group"
url = "https://login.example.com/groups"
items = ".[]"
`
	for name, c := range map[string]struct {
		more   any
		api    http.HandlerFunc
		unread []string
		told   string // of the claim
	}{
		"complete":                 {false, world.Status(500), []string{"API"}, ""},
		"nothing said":             {nil, world.Status(500), []string{"API"}, ""},
		"incomplete":               {true, world.Status(500), []string{"Claim", "API"}, "omits groups"},
		"incomplete, but asked":    {true, world.Reply(`["a"]`), nil, ""},
		"cannot be told":           {map[string]any{}, world.Status(500), []string{"Claim", "API"}, "incomplete"},
		"cannot be told but asked": {map[string]any{}, world.Reply(`["a"]`), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := providers.Parse("f.toml", []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			w := world.New(t, map[string]http.HandlerFunc{"login.example.com/groups": c.api})
			got := identityOf(t, w, p, Request{IDTokenClaims: map[string]any{"sub": "me", "groups": []any{"a"}, "more": c.more}})
			var unread []string
			for _, o := range got.Unread {
				unread = append(unread, o.Name)
			}
			if strings.Join(unread, ",") != strings.Join(c.unread, ",") {
				t.Errorf("unread %v, want %v", unread, c.unread)
			}
			told := ""
			for _, m := range got.Missing {
				if m.What == "Claim" {
					told += m.Reason
				}
			}
			if (told == "") != (c.told == "") || !strings.Contains(told, c.told) {
				t.Errorf("told %q, want %q", told, c.told)
			}
		})
	}
}

// A fallback is for who may not ask the first question at all. Once pages came, it
// would begin again with fewer groups.
func TestFallbackIsForTheFirstPage(t *testing.T) {
	paged := func(second http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				second(w, r)
				return
			}
			world.Reply(`{"items":["a"],"next":"/groups?p=2"}`)(w, r)
		}
	}
	for name, c := range map[string]struct {
		groups http.HandlerFunc
		want   string
		asked  bool
	}{
		"refused at once":       {world.Status(403), "direct", true},
		"refused at the second": {paged(world.Status(403)), "a", false},
		"not found":             {world.Status(404), "", false},
		"good":                  {paged(world.Reply(`{"items":["b"]}`)), "a,b", false},
	} {
		t.Run(name, func(t *testing.T) {
			asked := false
			w := world.New(t, map[string]http.HandlerFunc{
				"a.example.com/me": world.Reply(`{"id":7,"name":"N"}`), "a.example.com/groups": c.groups,
				"a.example.com/direct": func(w http.ResponseWriter, r *http.Request) {
					asked = true
					world.Reply(`{"items":["direct"]}`)(w, r)
				},
			})
			got := identityOf(t, w, custom(t, "paging = \"next\"\nnext_token = \".next\"\nfallback = \"https://a.example.com/direct\"\n"), Request{})
			var ids []string
			for _, g := range got.Groups {
				ids = append(ids, g.ID)
			}
			if strings.Join(ids, ",") != c.want || asked != c.asked {
				t.Errorf("groups %v, want %s; the fallback was asked: %v", ids, c.want, asked)
			}
		})
	}
}
