package providers_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newDiscord is Discord: metadata of OAuth, an iss with the code, a public
// client whose tokens are revoked with its ID alone, servers in pages of 200, each
// after the last of the one before.
func newDiscord(t *testing.T) *house {
	h := newHouse(t, &rules{
		issuer: "https://discord.com", meta: "discord.com/.well-known/oauth-authorization-server",
		login: "discord.com/api/oauth2/authorize", token: "discord.com/api/oauth2/token", revoke: "discord.com/api/oauth2/token/revoke",
		document: map[string]any{
			"jwks_uri": "https://discord.com/api/oauth2/keys", "code_challenge_methods_supported": []string{"S256"},
			"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "client_secret_post", "none"},
			"revocation_endpoint_auth_methods_supported":     []string{"client_secret_basic", "client_secret_post", "none"},
			"authorization_response_iss_parameter_supported": true,
		},
		back: url.Values{"iss": {"https://discord.com"}}, mismatch: "Invalid OAuth2 redirect_uri. Redirect URI is not supported by client",
		scopes: "identify email guilds", lifetime: 604800, rotates: true,
		bad: refusals{client: [2]string{"invalid_client"}, code: [2]string{"invalid_grant", `Invalid "code" in request.`}, refresh: [2]string{"invalid_grant"}}, refused: bareError,
	})
	h.api("discord.com/api/v10/users/@me", `{"message":"401: Unauthorized","code":0}`,
		`{"id":"80351110224678912","username":"nelly","global_name":"Nelly","avatar":"a_8342729096ea3675442027381ff50dfe","discriminator":"0","verified":true,"email":"n@example.org","mfa_enabled":true}`)
	h.serve("cdn.discordapp.com/avatars/80351110224678912/a_8342729096ea3675442027381ff50dfe.gif", picture(h.internet, false))
	h.serve("discord.com/api/v10/users/@me/guilds", h.bearer("{}", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		first := 1000
		if q.Get("after") != "" {
			_, _ = fmt.Sscan(q.Get("after"), &first)
			first++
		}
		if q.Get("limit") != "200" {
			t.Errorf("query %v", q)
		}
		var page []string
		for id := first; id < first+200 && id <= 1402; id++ { // 200, 200 and 3
			page = append(page, fmt.Sprintf(`{"id":"%d","name":"Guild %d","icon":null,"owner":false,"permissions":"2147483647","features":[]}`, id, id))
		}
		answer(w, 200, "["+strings.Join(page, ",")+"]")
	}))
	return h
}

func discordStay() *stay {
	const portal = "https://discord.com/developers/applications"
	var guilds []string
	for id := 1000; id <= 1402; id++ {
		guilds = append(guilds, fmt.Sprintf("guild Guild %d", id))
	}
	return &stay{
		provider: "discord", house: newDiscord, exact: "127.0.0.1", scope: "identify email guilds",
		want: outcome{
			User: identity.User{
				ID: "80351110224678912", Login: "nelly", Name: "Nelly", Email: "n@example.org", EmailVerified: true,
				Picture: "https://cdn.discordapp.com/avatars/80351110224678912/a_8342729096ea3675442027381ff50dfe.gif",
			},
			Issuer: "https://discord.com", Groups: guilds, Scopes: []string{"email", "guilds", "identify"}, Lifetime: 7 * 24 * time.Hour, Refresh: true,
		},
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"does not list this redirect URI", "including the port", "http://127.0.0.1:51789/callback/discord", portal}},
			{name: "unknown client", page: true, set: shows("Unknown Application"), code: "browser-page", says: []string{"does not know this client ID", portal}},
			{name: "not public", set: answers(401, "invalid_client", ""), code: "invalid_client", says: []string{"the application is not public", "turn on “Public Client”", portal}},
			{name: "unknown scope", set: sends("invalid_scope", "The requested scope is invalid, unknown, or malformed."), code: "invalid_scope", says: []string{"does not know a requested permission", "identify, email and guilds"}},
			{name: "said no", set: sends("access_denied", "The resource owner or authorization server denied the request"), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
		},
	}
}

func TestDiscord(t *testing.T) { discordStay().run(t) }

// Its metadata promise an iss: another one, or none, is someone in between (RFC
// 9207 §2.4).
func TestDiscordIssuer(t *testing.T) {
	for _, back := range []url.Values{{"iss": {"https://evil.example"}}, nil} {
		s := discordStay()
		h, d := s.sit(t)
		h.back = back
		if _, err := d.signIn(s.request()); !errors.Is(err, oauth.ErrIssMismatch) || len(h.to(h.token)) != 0 {
			t.Errorf("%v: %v", back, err)
		}
	}
}

// Too many requests for the servers: the sign-in works without them, and says so.
func TestDiscordTooManyRequests(t *testing.T) {
	t.Parallel()
	s := discordStay()
	h, d := s.sit(t)
	h.serve("discord.com/api/v10/users/@me/guilds", h.bearer("{}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "65")
		answer(w, http.StatusTooManyRequests, `{"message":"You are being rate limited.","retry_after":64.57,"global":false}`)
	}))
	acc := d.must(s.request())
	if len(acc.Groups) != 0 || len(acc.Missing) != 1 || !strings.Contains(acc.Missing[0].Reason, "try again in 65 seconds") {
		t.Errorf("groups %v, missing %+v", acc.Groups, acc.Missing)
	}
}
