package identity

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// paged answers with the page whose parameter has that value; "" is the first.
func paged(t *testing.T, param string, pages map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h, ok := pages[r.URL.Query().Get(param)]
		if !ok {
			t.Errorf("nobody should ask for %s=%s", param, r.URL.Query().Get(param))
			h = http.NotFound
		}
		h(w, r)
	}
}

// linked answers with a Link header.
func linked(link, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", link)
		world.Reply(body)(w, r)
	}
}

// TestBuiltInOAuth is the providers that are asked by their own API.
func TestBuiltInOAuth(t *testing.T) {
	full := make([]string, 200)
	for i := range full {
		full[i] = fmt.Sprintf(`{"id":"%d","name":"G%03d","owner":false,"permissions":"2147483647"}`, 1000+i, i)
	}
	all := make([]string, 200)
	for i := range all {
		all[i] = fmt.Sprintf("guild G%03d", i)
	}
	const me = "discord.com/api/v10/users/@me"
	bitbucketUser := world.Reply(`{"type":"user","uuid":"{c7a1}","account_id":"557058:x","nickname":"sven","display_name":"Sven Berg","links":{"avatar":{"href":"https://p/x"}}}`)
	for name, c := range map[string]builtin{
		"discord": {
			handlers: map[string]http.HandlerFunc{
				me: world.Reply(`{"id":"80351110224678912","username":"nelly","global_name":"Nelly","avatar":"a_8342","verified":true,"email":"nelly@example.org"}`),
				me + "/guilds": paged(t, "after", map[string]http.HandlerFunc{
					"": world.Reply("[" + strings.Join(full, ",") + "]"), "1199": world.Reply(`[{"id":"8123","name":"Makers"},{"id":"9","name":null}]`),
				}),
			},
			user: User{
				ID: "80351110224678912", Login: "nelly", Name: "Nelly", Email: "nelly@example.org", EmailVerified: true,
				Picture: "https://cdn.discordapp.com/avatars/80351110224678912/a_8342.gif",
			},
			groups: append([]string{"guild 9"}, append(slices.Clone(all), "guild Makers")...),
		},
		"discord nulls": {
			scopes:   []string{"identify"},
			handlers: map[string]http.HandlerFunc{me: world.Reply(`{"id":"8","username":"nelly","global_name":null,"avatar":null,"email":null}`)},
			user:     User{ID: "8", Login: "nelly", Name: "nelly"}, missing: "the permission guilds was not granted",
		},
		"discord plain picture": {
			handlers: map[string]http.HandlerFunc{me: world.Reply(`{"id":"8","username":"n","avatar":"83"}`), me + "/guilds": world.Reply(`[]`)},
			user:     User{ID: "8", Login: "n", Name: "n", Picture: "https://cdn.discordapp.com/avatars/8/83.png"},
		},
		"bitbucket": {
			handlers: map[string]http.HandlerFunc{
				"api.bitbucket.org/2.0/user": bitbucketUser,
				"api.bitbucket.org/2.0/user/emails": world.Reply(`{"values":[{"email":"old@example.org","is_primary":false,"is_confirmed":true},
					{"email":"sven@example.org","is_primary":true,"is_confirmed":true}]}`),
				"api.bitbucket.org/2.0/user/workspaces": paged(t, "page", map[string]http.HandlerFunc{
					"":  world.Reply(`{"values":[{"workspace":{"slug":"acme","uuid":"{1}"}},{"workspace":null}],"next":"https://api.bitbucket.org/2.0/user/workspaces?pagelen=100&page=2"}`),
					"2": world.Reply(`{"values":[{"workspace":{"slug":"northwind"}}]}`),
				}),
			},
			user:   User{ID: "{c7a1}", Login: "sven", Name: "Sven Berg", Email: "sven@example.org", EmailVerified: true, Picture: "https://p/x"},
			groups: []string{"workspace acme", "workspace northwind"},
		},
		"bitbucket nulls": {
			handlers: map[string]http.HandlerFunc{
				"api.bitbucket.org/2.0/user":            world.Reply(`{"uuid":"{c7a1}","nickname":"sven","display_name":null,"links":null}`),
				"api.bitbucket.org/2.0/user/emails":     world.Reply(`{"values":[]}`),
				"api.bitbucket.org/2.0/user/workspaces": world.Reply(`{"values":null,"next":null}`),
			},
			user: User{ID: "{c7a1}", Login: "sven", Name: "sven"},
		},
		"bitbucket without e-mail permission": {
			scopes: []string{"account"},
			handlers: map[string]http.HandlerFunc{
				"api.bitbucket.org/2.0/user": bitbucketUser, "api.bitbucket.org/2.0/user/workspaces": world.Reply(`{"values":[]}`),
			},
			user: User{ID: "{c7a1}", Login: "sven", Name: "Sven Berg", Picture: "https://p/x"}, missing: "the permission email was not granted",
		},
		"spotify": {
			handlers: map[string]http.HandlerFunc{
				"api.spotify.com/v1/me": world.Reply(`{"id":"wiz","display_name":"Wizzler","email":"wiz@example.org","images":[{"url":"https://p/64"},{"url":"https://p/300"}]}`),
			},
			user: User{ID: "wiz", Login: "wiz", Name: "Wizzler", Email: "wiz@example.org", Picture: "https://p/64"},
		},
		"spotify nulls": {
			handlers: map[string]http.HandlerFunc{"api.spotify.com/v1/me": world.Reply(`{"id":"wiz","display_name":null,"images":[]}`)},
			user:     User{ID: "wiz", Login: "wiz", Name: "wiz"},
		},
		"twitch": {
			handlers: map[string]http.HandlerFunc{"api.twitch.tv/helix/users": func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Client-Id") != "client-4711" { // it refuses requests that do not name the app
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				world.Reply(`{"data":[{"id":"141981764","login":"twitchdev","display_name":"TwitchDev","profile_image_url":"https://p/x","email":"dev@example.org"}]}`)(w, r)
			}},
			user: User{ID: "141981764", Login: "twitchdev", Name: "TwitchDev", Email: "dev@example.org", Picture: "https://p/x"},
		},
		"twitch nulls": {
			handlers: map[string]http.HandlerFunc{"api.twitch.tv/helix/users": world.Reply(`{"data":[{"id":"1","login":"dev","display_name":null,"profile_image_url":""}]}`)},
			user:     User{ID: "1", Login: "dev", Name: "dev"},
		},
		"x": {
			handlers: map[string]http.HandlerFunc{
				"api.x.com/2/users/me": world.Reply(`{"data":{"id":"15","name":"Sana Qureshi","username":"sana_q","profile_image_url":"https://p/x"}}`),
			},
			user: User{ID: "15", Login: "sana_q", Name: "Sana Qureshi", Picture: "https://p/x"},
		},
		"x nulls": {
			handlers: map[string]http.HandlerFunc{"api.x.com/2/users/me": world.Reply(`{"data":{"id":"15","name":null,"username":"sana_q"}}`)},
			user:     User{ID: "15", Login: "sana_q", Name: "sana_q"},
		},
		"gitea": {
			environ: []string{"CLAVIGER_GITEA_HOST=git.example.com"},
			handlers: map[string]http.HandlerFunc{
				"git.example.com/api/v1/user": world.Reply(`{"id":7,"login":"tom","full_name":"Tom Ek","email":"tom@example.org","avatar_url":"https://p/x"}`),
				"git.example.com/api/v1/user/teams": paged(t, "page", map[string]http.HandlerFunc{
					"":  linked(`<https://git.example.com/api/v1/user/teams?limit=50&page=2>; rel="next"`, `[{"id":1,"name":"Owners","organization":{"id":3,"username":"acme","name":"acme"}}]`),
					"2": world.Reply(`[{"id":2,"name":"web","organization":null}]`),
				}),
				"git.example.com/api/v1/user/orgs": paged(t, "page", map[string]http.HandlerFunc{
					"":  linked(`<https://git.example.com/api/v1/user/orgs?limit=50&page=2>; rel="next"`, `[{"id":3,"username":"acme","full_name":""}]`),
					"2": world.Reply(`[{"id":4,"name":"northwind"}]`),
				}),
			},
			user:   User{ID: "7", Login: "tom", Name: "Tom Ek", Email: "tom@example.org", Picture: "https://p/x"},
			groups: []string{"team ?:web", "organization acme", "team acme:Owners", "organization northwind"},
		},
		"gitea nulls": {
			environ: []string{"CLAVIGER_GITEA_HOST=git.example.com/forge"},
			handlers: map[string]http.HandlerFunc{
				"git.example.com/forge/api/v1/user":       world.Reply(`{"id":7,"login":"tom","full_name":"","email":null}`),
				"git.example.com/forge/api/v1/user/teams": world.Reply(`[]`), "git.example.com/forge/api/v1/user/orgs": world.Reply(`[]`),
			},
			user: User{ID: "7", Login: "tom", Name: "tom"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			id, _, _ := strings.Cut(name, " ")
			c.run(t, id)
		})
	}
}

// Twitch says who it is about only in a list; an empty one is no one.
func TestTwitchNobody(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{"api.twitch.tv/helix/users": world.Reply(`{"data":[]}`)})
	id, err := Ask(t.Context(), provider(t, "twitch"), Request{HTTP: w.Client, AccessToken: providers.NewSecret(world.Canary)})
	if err == nil {
		t.Errorf("%+v", id.User)
	}
}
