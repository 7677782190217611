package providers_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"claviger/auth"
)

// Twitch names scopes its own way, waits with the code in message, gives scopes
// as a list and wants the client ID with every request.
func TestTwitchDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOP(t)
		o.serve("id.twitch.tv/oauth2/device", func(w http.ResponseWriter, r *http.Request) {
			if f := r.PostForm; f.Get("client_id") != clientID || f.Get("scopes") != "user:read:email" || f.Has("client_secret") {
				t.Errorf("device request %v", f)
			}
			answer(w, 200, `{"device_code":"device-code","expires_in":1800,"interval":5,"user_code":"ABCDEFGH","verification_uri":"https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH"}`)
		})
		polls := []string{"authorization_pending", "slow_down"}
		o.serve("id.twitch.tv/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
			if len(polls) > 0 {
				answer(w, 400, `{"status":400,"message":"`+polls[0]+`"}`)
				polls = polls[1:]
				return
			}
			if f := r.PostForm; f.Get("grant_type") == "refresh_token" && o.alive(f.Get("refresh_token")) == nil {
				answer(w, 400, `{"error":"Bad Request","status":400,"message":"Invalid refresh token"}`)
				return
			}
			g := &grant{}
			object(w, 200, map[string]any{
				"access_token": o.issue("accesstok-", g), "refresh_token": o.issue("refreshtok-", g), "expires_in": 14400,
				"scope": []string{"user:read:email"}, "token_type": "bearer",
			})
		})
		o.serve("api.twitch.tv/helix/users", o.bearer(`{"error":"Unauthorized"}`, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Client-Id") != clientID {
				t.Errorf("client id %q", r.Header.Get("Client-Id"))
			}
			answer(w, 200, `{"data":[{"id":"141981764","login":"twitchdev","display_name":"TwitchDev","email":"dev@example.org"}]}`)
		}))
		d := newDesk(t, o, direct{o.internet}, "", "CLAVIGER_TWITCH_CLIENT_ID="+clientID)
		start := time.Now()
		acc := d.must(auth.SignInRequest{Provider: "twitch", Groups: true, Device: true})
		if took := time.Since(start); took != 20*time.Second { // 5, 5, then 10
			t.Errorf("polled for %v", took)
		}
		if acc.User.ID != "141981764" || acc.User.Name != "TwitchDev" || !slices.Equal(acc.Scopes, []string{"user:read:email"}) || len(acc.Missing) != 0 {
			t.Errorf("%+v", acc)
		}
		d.refresh(acc)
	})
}

// LinkedIn's native flow: an endpoint of its own, no secret, no nonce.
func TestLinkedInSignIn(t *testing.T) {
	o := newOP(t)
	o.serve("www.linkedin.com/oauth/.well-known/openid-configuration", fixed(`{"issuer":"https://www.linkedin.com/oauth",
	 "authorization_endpoint":"https://www.linkedin.com/oauth/v2/authorization","token_endpoint":"https://www.linkedin.com/oauth/v2/accessToken",
	 "userinfo_endpoint":"https://api.linkedin.com/v2/userinfo","jwks_uri":"https://www.linkedin.com/oauth/openid/jwks",
	 "response_types_supported":["code"],"subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"]}`))
	o.serve("www.linkedin.com/oauth/openid/jwks", keys)
	o.serve("www.linkedin.com/oauth/native-pkce/authorization", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Has("nonce") || len(q.Get("code_challenge")) != 43 || q.Get("scope") != "openid profile email" {
			t.Errorf("authorization request %v", q)
		}
		o.mu.Lock()
		o.grants["code-1"] = &grant{redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), scope: q.Get("scope")}
		o.mu.Unlock()
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {"code-1"}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
	})
	o.serve("www.linkedin.com/oauth/v2/accessToken", func(w http.ResponseWriter, r *http.Request) {
		g := o.redeem(r.PostForm)
		if g == nil || r.PostForm.Has("client_secret") || r.Header.Get("Authorization") != "" {
			t.Errorf("token request %v", r.PostForm)
			answer(w, 401, `{"error":"invalid_client"}`)
			return
		}
		object(w, 200, map[string]any{
			"access_token": o.issue("accesstok-", g), "expires_in": 5184000, "scope": "email,openid,profile", "token_type": "Bearer",
			"id_token": idToken(map[string]any{"iss": "https://www.linkedin.com/oauth", "sub": "782bbtaQ", "name": "John Doe"}),
		})
	})
	o.serve("api.linkedin.com/v2/userinfo", o.bearer("{}", fixed(`{"sub":"782bbtaQ","name":"John Doe","email":"doe@example.org","email_verified":"true"}`)))
	d := newDesk(t, o, o.transport(), "", "CLAVIGER_LINKEDIN_CLIENT_ID="+clientID)
	acc := d.must(auth.SignInRequest{Provider: "linkedin", Groups: true})
	loopback(t, o.last("www.linkedin.com/oauth/native-pkce/authorization"), "127.0.0.1")
	if acc.User.ID != "782bbtaQ" || acc.User.Email != "doe@example.org" || !acc.User.EmailVerified || acc.CanRefresh || !passed(acc, "signature") || passed(acc, "nonce") {
		t.Errorf("%+v", acc)
	}
	if got := sorted(acc.Scopes); !slices.Equal(got, []string{"email", "openid", "profile"}) {
		t.Errorf("scopes %q", got)
	}
}

// anyPort is a file that frees a built-in provider from its fixed ports, which
// another test may hold just now.
func anyPort(id string) string { return "id = \"" + id + "\"\n[redirect]\nports = []\n" }

// newDiscord is Discord: metadata of OAuth, an iss with the code, a public
// client whose tokens are revoked with its ID alone.
func newDiscord(t *testing.T, iss string) *op {
	o := newOP(t)
	o.serve("discord.com/.well-known/oauth-authorization-server", fixed(`{"issuer":"https://discord.com","authorization_endpoint":"https://discord.com/api/oauth2/authorize",
	 "token_endpoint":"https://discord.com/api/oauth2/token","revocation_endpoint":"https://discord.com/api/oauth2/token/revoke","jwks_uri":"https://discord.com/api/oauth2/keys",
	 "code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],
	 "authorization_response_iss_parameter_supported":true}`))
	o.serve("discord.com/api/oauth2/authorize", func(w http.ResponseWriter, r *http.Request) {
		extra := url.Values{}
		if iss != "" {
			extra.Set("iss", iss)
		}
		o.authorize(w, r, extra)
	})
	o.serve("discord.com/api/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		g := o.redeem(r.PostForm)
		if g == nil || r.PostForm.Has("client_secret") {
			t.Errorf("token request %v", r.PostForm)
			answer(w, 400, `{"error":"invalid_grant"}`)
			return
		}
		object(w, 200, map[string]any{
			"access_token": o.issue("accesstok-", g), "refresh_token": o.issue("refreshtok-", g), "expires_in": 604800, "scope": g.scope, "token_type": "Bearer",
		})
	})
	o.serve("discord.com/api/v10/users/@me", o.bearer("{}", fixed(`{"id":"8","username":"nelly","global_name":"Nelly","avatar":null,"verified":true,"email":"n@example.org"}`)))
	o.serve("discord.com/api/v10/users/@me/guilds", o.bearer("{}", fixed(`[{"id":"8123","name":"Makers"}]`)))
	o.serve("discord.com/api/oauth2/token/revoke", func(w http.ResponseWriter, r *http.Request) {
		if r.PostForm.Get("client_id") != clientID {
			t.Errorf("revocation by %q", r.PostForm.Get("client_id"))
		}
		o.kill(o.alive(r.PostForm.Get("token")), all)
		answer(w, 200, "{}")
	})
	return o
}

func TestDiscordSignIn(t *testing.T) {
	o := newDiscord(t, "https://discord.com")
	d := newDesk(t, o, o.transport(), anyPort("discord"), "CLAVIGER_DISCORD_CLIENT_ID="+clientID)
	acc := d.must(auth.SignInRequest{Provider: "discord", Groups: true})
	loopback(t, o.last("discord.com/api/oauth2/authorize"), "127.0.0.1")
	if acc.User.Name != "Nelly" || !acc.User.EmailVerified || !slices.Equal(groupNames(acc.Groups), []string{"guild Makers"}) || len(acc.Missing) != 0 {
		t.Errorf("%+v, missing %v", acc, acc.Missing)
	}
	if r, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true}); err != nil || r.Revoked.Outcome != auth.OutcomeDone || len(o.live) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestDiscordIssuer(t *testing.T) {
	for _, iss := range []string{"https://evil.example", ""} {
		o := newDiscord(t, iss)
		d := newDesk(t, o, o.transport(), anyPort("discord"), "CLAVIGER_DISCORD_CLIENT_ID="+clientID)
		if _, err := d.signIn(auth.SignInRequest{Provider: "discord"}); !errors.Is(err, auth.ErrIssMismatch) || len(o.to("discord.com/api/oauth2/token")) != 0 {
			t.Errorf("iss %q: %v", iss, err)
		}
	}
}

// Bitbucket: a secret in the header, scopes under another name.
func TestBitbucketSignIn(t *testing.T) {
	o := newOP(t)
	o.serve("bitbucket.org/site/oauth2/authorize", func(w http.ResponseWriter, r *http.Request) { o.authorize(w, r, url.Values{}) })
	o.serve("bitbucket.org/site/oauth2/access_token", func(w http.ResponseWriter, r *http.Request) {
		user, secret, _ := r.BasicAuth()
		if user != clientID || secret != clientSecret || r.PostForm.Has("client_secret") {
			t.Errorf("client %q, secret in the header: %v", user, secret != "")
		}
		form := url.Values{"client_id": {user}}
		for k, v := range r.PostForm {
			form[k] = v
		}
		g := o.redeem(form)
		if g == nil {
			answer(w, 400, `{"error":"invalid_grant","error_description":"The specified code is not valid."}`)
			return
		}
		object(w, 200, map[string]any{
			"access_token": o.issue("accesstok-", g), "refresh_token": o.issue("refreshtok-", g), "expires_in": 7200, "scopes": "account email", "token_type": "bearer",
		})
	})
	o.serve("api.bitbucket.org/2.0/user", o.bearer("{}", fixed(`{"uuid":"{c7a1}","nickname":"sven","display_name":"Sven Berg"}`)))
	o.serve("api.bitbucket.org/2.0/user/emails", o.bearer("{}", fixed(`{"values":[{"email":"sven@example.org","is_primary":true,"is_confirmed":true}]}`)))
	o.serve("api.bitbucket.org/2.0/user/workspaces", o.bearer("{}", fixed(`{"values":[{"workspace":{"slug":"acme","uuid":"{1}"}}]}`)))
	d := newDesk(t, o, o.transport(), anyPort("bitbucket"), "CLAVIGER_BITBUCKET_CLIENT_ID="+clientID, "CLAVIGER_BITBUCKET_CLIENT_SECRET="+clientSecret)
	acc := d.must(auth.SignInRequest{Provider: "bitbucket", Groups: true})
	loopback(t, o.last("bitbucket.org/site/oauth2/authorize"), "127.0.0.1")
	if acc.User.ID != "{c7a1}" || acc.User.Email != "sven@example.org" || !slices.Equal(groupNames(acc.Groups), []string{"workspace acme"}) || !acc.CanRefresh || len(acc.Missing) != 0 {
		t.Errorf("%+v, missing %v", acc, acc.Missing)
	}
}
