package providers_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers/identity"
)

// newTwitch is Twitch: scopes in a list, its own form of errors, the app named in
// every request to the API. A confidential app signs in with the browser.
func newTwitch(t *testing.T) *house {
	h := newHouse(t, &rules{
		login: "id.twitch.tv/oauth2/authorize", token: "id.twitch.tv/oauth2/token",
		mismatch: `{"status":400,"message":"Parameter redirect_uri does not match registered URI"}`,
		secret:   "body", scopes: "user:read:email", lifetime: 14124,
		tokens: func(v map[string]any) { v["scope"], v["token_type"] = []string{"user:read:email"}, "bearer" },
		bad:    refusals{client: [2]string{"", "invalid client secret"}, code: [2]string{"", "Invalid authorization code"}, refresh: [2]string{"Bad Request", "Invalid refresh token"}},
		refused: func(w http.ResponseWriter, status int, code, message string) {
			v := map[string]any{"status": status, "message": message}
			if code != "" {
				v["error"] = code
			}
			object(w, status, v)
		},
	})
	h.serve("api.twitch.tv/helix/users", h.bearer(`{"error":"Unauthorized","status":401,"message":"Invalid OAuth token"}`, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Client-Id") != clientID {
			t.Errorf("client id %q", r.Header.Get("Client-Id"))
		}
		answer(w, 200, `{"data":[{"id":"141981764","login":"twitchdev","display_name":"TwitchDev","type":"","broadcaster_type":"partner",
		 "profile_image_url":"https://static-cdn.jtvnw.net/jtv_user_pictures/1.png","email":"dev@example.org","created_at":"2016-12-14T20:32:28Z"}]}`)
	}))
	h.serve("static-cdn.jtvnw.net/jtv_user_pictures/1.png", picture(h.internet, false))
	return h
}

func twitchStay() *stay {
	const console = "https://dev.twitch.tv/console/apps"
	return &stay{
		provider: "twitch", house: newTwitch, exact: "localhost", scope: "user:read:email",
		want: outcome{
			User: identity.User{
				ID: "141981764", Login: "twitchdev", Name: "TwitchDev", Email: "dev@example.org", Picture: "https://static-cdn.jtvnw.net/jtv_user_pictures/1.png",
			},
			Groups: []string{}, Scopes: []string{"user:read:email"}, Lifetime: 14124 * time.Second, Refresh: true,
		},
		page: "https://www.twitch.tv/settings/connections",
		faults: []fault{
			{name: "address not registered", page: true, set: unregistered, code: "browser-page", says: []string{"another redirect URL", "http://localhost:51789/callback/twitch", console}},
			{name: "wrong secret", set: answers(403, "", "invalid client secret"), code: "invalid client secret", says: []string{"requires the client secret", "sign in with a code", console}},
			{name: "no secret", set: answers(400, "", "missing client secret"), code: "missing client secret", says: []string{"requires the client secret", "sign in with a code", console}},
			{name: "unknown client", page: true, set: shows(`{"status":400,"message":"invalid client"}`), code: "browser-page", says: []string{"does not know this client ID", console}},
			{name: "code used", set: answers(400, "", "Invalid authorization code"), code: "Invalid authorization code", says: []string{"code has expired or was already used", "Start again"}},
			{name: "said no", set: sends("access_denied", "The user denied you access"), code: "access_denied", kind: problem.KindRefused, says: []string{"Access denied"}},
		},
	}
}

func TestTwitch(t *testing.T) { twitchStay().run(t) }

// A public app signs in with a code: it names scopes its own way, waits with the
// error in message, and has refresh tokens that are good once.
func TestTwitchDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTwitch(t)
		h.secret, h.rotates = "", true
		h.serve("id.twitch.tv/oauth2/device", func(w http.ResponseWriter, r *http.Request) {
			if f := r.PostForm; !h.proves(r) || f.Get("scopes") != "user:read:email" {
				t.Errorf("device request %v", f)
			}
			answer(w, 200, `{"device_code":"device-code","expires_in":1800,"interval":5,"user_code":"ABCDEFGH","verification_uri":"https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH"}`)
		})
		polls := []string{"authorization_pending", "slow_down"}
		h.serve("id.twitch.tv/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.PostForm.Get("grant_type") == "refresh_token":
				h.give(w, r)
			case len(polls) > 0:
				h.fails(w, 400, "", polls[0])
				polls = polls[1:]
			default:
				h.issueTo(w, &grant{}, "")
			}
		})
		d := newDesk(t, h.op, direct{h.internet}, "", "CLAVIGER_TWITCH_CLIENT_ID="+clientID)
		start := time.Now()
		acc := d.must(auth.SignInRequest{Provider: "twitch", Groups: true, Device: true})
		if took := time.Since(start); took != 20*time.Second { // 5, 5, then 10
			t.Errorf("polled for %v", took)
		}
		d.check(acc, twitchStay().want)
		old := d.token(acc)
		d.refresh(acc)
		d.refresh(acc)
		if h.alive(old) != nil {
			t.Error("the first token lives on")
		}
		h.kill(h.alive(d.token(acc)), all)
		_, err := d.agent.Refresh(t.Context(), acc.ID)
		if says(t, d.words("twitch", err), "Your session has ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) {
			t.Errorf("%v", err)
		}
	})
}
