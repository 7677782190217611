package providers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newSpotify is Spotify: 127.0.0.1 with any port if it was registered without
// one, no localhost, a refresh token that changes, pictures in several sizes, no
// groups and nothing to revoke.
func newSpotify(t *testing.T) *house {
	h := newHouse(t, &rules{
		login: "accounts.spotify.com/authorize", token: "accounts.spotify.com/api/token",
		registered: portless("http://127.0.0.1/callback/spotify"), mismatch: "INVALID_CLIENT: Invalid redirect URI",
		scopes: "user-read-private user-read-email", lifetime: 3600, rotates: true,
		bad: refusals{
			client: [2]string{"invalid_client", "Invalid client"}, code: [2]string{"invalid_grant", "Invalid authorization code"},
			refresh: [2]string{"invalid_grant", "Refresh token revoked"},
		},
	})
	h.api("api.spotify.com/v1/me", `{"error":{"status":401,"message":"Invalid access token"}}`, `{"display_name":"Wanda Lis","email":"wanda@example.org","country":"PL","product":"premium",
	 "external_urls":{"spotify":"https://open.spotify.com/user/wanda.lis"},"followers":{"href":null,"total":12},"href":"https://api.spotify.com/v1/users/wanda.lis","id":"wanda.lis",
	 "images":[{"url":"https://i.scdn.co/image/large","height":300,"width":300},{"url":"https://i.scdn.co/image/small","height":64,"width":64}],"type":"user","uri":"spotify:user:wanda.lis"}`)
	h.serve("i.scdn.co/image/large", picture(h.internet, false))
	return h
}

func spotifyStay() *stay {
	const dashboard = "https://developer.spotify.com/dashboard"
	return &stay{
		provider: "spotify", house: newSpotify, scope: "user-read-private user-read-email",
		want: outcome{
			User:   identity.User{ID: "wanda.lis", Login: "wanda.lis", Name: "Wanda Lis", Email: "wanda@example.org", Picture: "https://i.scdn.co/image/large"},
			Groups: []string{}, Scopes: []string{"user-read-email", "user-read-private"}, Lifetime: time.Hour, Refresh: true,
		},
		page: "https://www.spotify.com/account/apps/",
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "INVALID_CLIENT", says: []string{"does not list this redirect URI", "registered without a port", "http://127.0.0.1/callback/spotify", dashboard}},
			{name: "unknown client", page: true, set: shows("INVALID_CLIENT: Invalid client"), code: "INVALID_CLIENT", says: []string{"does not know this client ID", dashboard}},
			{name: "unknown scope", page: true, set: shows("INVALID_SCOPE: Illegal scope"), code: "INVALID_SCOPE", says: []string{"does not know a requested permission", "user-read-email"}},
			{
				name: "not on the app's list", code: "failed", says: []string{"in development mode", "User Management"},
				set: func(h *house) {
					h.serve("api.spotify.com/v1/me", h.bearer("{}", func(w http.ResponseWriter, _ *http.Request) {
						w.WriteHeader(http.StatusForbidden)
						_, _ = w.Write([]byte("User not registered in the Developer Dashboard"))
					}))
				},
			},
			{name: "said no", set: sends("access_denied", ""), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
		},
	}
}

func TestSpotify(t *testing.T) { spotifyStay().run(t) }

// A person without name and picture has their id for a name.
func TestSpotifyBareProfile(t *testing.T) {
	t.Parallel()
	s := spotifyStay()
	h, d := s.sit(t)
	h.api("api.spotify.com/v1/me", "{}", `{"display_name":null,"id":"wanda.lis","images":[]}`)
	want := s.want
	want.User = identity.User{ID: "wanda.lis", Login: "wanda.lis", Name: "wanda.lis"}
	d.check(d.must(auth.SignInRequest{Provider: "spotify"}), want)
}
