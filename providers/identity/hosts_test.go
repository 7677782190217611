package identity

import (
	"net/http"
	"slices"
	"testing"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// TestTheTokenStaysWithItsHosts: neither a redirect nor a next page takes the
// access token to another host, port or down to http.
func TestTheTokenStaysWithItsHosts(t *testing.T) {
	me := world.Reply(`{"id":7}`)
	for name, c := range map[string]struct {
		me, groups http.HandlerFunc
		paging     string
		fails      bool // the whole sign-in
	}{
		"user info redirects":      {world.Status(302, "Location", "https://evil.example/"), me, "", true},
		"user info to a port":      {world.Status(307, "Location", "https://a.example.com:8443/me"), me, "", true},
		"user info to http":        {world.Status(302, "Location", "http://a.example.com/me"), me, "", true},
		"groups redirect":          {me, world.Status(302, "Location", "https://evil.example/"), "", false},
		"next page on a subdomain": {me, world.Reply(`{"items":["a"],"next":"https://b.a.example.com/groups"}`), "next", false},
		"next page on a port":      {me, world.Reply(`{"items":["a"],"next":"https://a.example.com:8443/groups"}`), "next", false},
		"next page over http":      {me, world.Reply(`{"items":["a"],"next":"http://a.example.com/groups?2"}`), "next", false},
		"next page with a name":    {me, world.Reply(`{"items":["a"],"next":"https://a.example.com@evil.example/"}`), "next", false},
		"next page without scheme": {me, world.Reply(`{"items":["a"],"next":"//evil.example/groups"}`), "next", false},
	} {
		t.Run(name, func(t *testing.T) {
			paging := ""
			if c.paging != "" {
				paging = "paging = \"next\"\nnext_token = \".next\"\n"
			}
			w := world.New(t, map[string]http.HandlerFunc{"a.example.com/me": c.me, "a.example.com/groups": c.groups})
			_, err := Ask(t.Context(), custom(t, paging), Request{
				HTTP: w.Client, Metadata: &providers.Metadata{}, AccessToken: providers.NewSecret(world.Canary), Groups: true,
			})
			if (err != nil) != c.fails {
				t.Error(err)
			}
			w.Server.Close() // every request has come to its end
			slices.Sort(w.Asked)
			for i, asked := range w.Asked {
				if asked != "a.example.com/me" && asked != "a.example.com/groups" || i > 0 && asked == w.Asked[i-1] {
					t.Errorf("asked were %s", w.Asked) // a second time would be another port or http
				}
			}
		})
	}
}
