package providers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"claviger/auth"
)

const (
	ghToken     = "github.com/login/oauth/access_token"
	ghAuthorize = "github.com/login/oauth/authorize"
	ghRevokeApp = "api.github.com/applications/" + clientID + "/token"
	ghRevoke    = "api.github.com/credentials/revoke"
	ghEnviron   = "CLAVIGER_GITHUB_CLIENT_ID=" + clientID
	ghSecret    = "CLAVIGER_GITHUB_CLIENT_SECRET=" + clientSecret
	ghBad       = `{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}`
)

// gitHub is GitHub: plain OAuth 2.0, errors with status 200, scopes between
// commas, and a refresh that ends both old tokens.
type gitHub struct {
	*op
	form    bool     // token answers as a form
	forever bool     // an Enterprise server: tokens without end, none to refresh
	polls   []string // errors of the device polls to come
}

func newGitHub(t *testing.T, host, api string) *gitHub {
	g := &gitHub{op: newOP(t)}
	g.serve(host+"/login/oauth/authorize", func(w http.ResponseWriter, r *http.Request) { g.authorize(w, r, url.Values{}) })
	g.serve(host+"/login/oauth/access_token", g.token)
	g.serve(host+"/login/device/code", g.device)
	g.serve(api+"/user", g.bearer(ghBad, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("User-Agent") == "" || r.Header.Get("X-GitHub-Api-Version") == "" || r.Header.Get("Accept") != "application/vnd.github+json" {
			t.Errorf("headers %v", r.Header)
		}
		answer(w, 200, `{"login":"mira-okonkwo","id":48211937,"node_id":"MDQ6VXNlcjQ4MjExOTM3","type":"User",
		 "avatar_url":"https://avatars.githubusercontent.com/u/48211937?v=4","name":"Mira Okonkwo","company":null,"email":null,"site_admin":false}`)
	}))
	g.serve(api+"/user/emails", g.bearer(ghBad, fixed(`[{"email":"48211937+mira-okonkwo@users.noreply.github.com","primary":false,"verified":true,"visibility":null},
		{"email":"mira@example.org","primary":true,"verified":true,"visibility":"private"}]`)))
	g.serve(api+"/user/teams", g.bearer(ghBad, g.pages(api+"/user/teams", 3, func(n int) string {
		return fmt.Sprintf(`{"id":%d,"name":"Team %d","slug":"team-%d","privacy":"closed","permission":"pull","organization":{"login":"northwind","id":901},"parent":null}`, 70+n, n, n)
	})))
	g.serve(api+"/user/orgs", g.bearer(ghBad, g.pages(api+"/user/orgs", 2, func(n int) string {
		return fmt.Sprintf(`{"login":"northwind-%d","id":%d,"node_id":"O_x","avatar_url":"https://avatars.githubusercontent.com/u/9","description":null}`, n, 900+n)
	})))
	g.serve("avatars.githubusercontent.com/u/48211937", picture(g.internet, false))
	g.serve(api+"/applications/"+clientID+"/token", g.revokeApp)
	g.serve(api+"/credentials/revoke", g.revoke)
	return g
}

// pages serves so many pages of one item each.
func (g *gitHub) pages(place string, count int, item func(n int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := 1
		_, _ = fmt.Sscan(r.URL.Query().Get("page"), &n)
		if n < count {
			w.Header().Set("Link", fmt.Sprintf(`<https://%s?per_page=100&page=%d>; rel="next", <https://%s?per_page=100&page=%d>; rel="last"`, place, n+1, place, count))
		}
		answer(w, 200, "["+item(n)+"]")
	}
}

// refused is an error as GitHub sends it: with status 200.
func (g *gitHub) refused(w http.ResponseWriter, code, description string) bool {
	object(w, http.StatusOK, map[string]string{
		"error": code, "error_description": description,
		"error_uri": "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#" + code,
	})
	return true
}

func (g *gitHub) token(w http.ResponseWriter, r *http.Request) {
	if g.failing(w) {
		return
	}
	f := r.PostForm
	secret := f.Get("client_secret") == clientSecret && f.Get("client_id") == clientID
	switch f.Get("grant_type") {
	case "authorization_code":
		if !secret {
			g.refused(w, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
			return
		}
		if grant := g.redeem(f); grant != nil {
			g.give(w, grant)
			return
		}
		g.refused(w, "bad_verification_code", "The code passed is incorrect or expired.")
	case "refresh_token":
		grant := g.alive(f.Get("refresh_token"))
		switch {
		case grant == nil || !strings.HasPrefix(f.Get("refresh_token"), "ghr_"):
			g.refused(w, "bad_refresh_token", "The refresh token passed is incorrect or expired.")
		case !secret && !grant.device:
			g.refused(w, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
		default:
			g.kill(grant, all) // the old access token too
			g.give(w, grant)
		}
	default:
		g.poll(w, f)
	}
}

// give answers with tokens.
func (g *gitHub) give(w http.ResponseWriter, grant *grant) {
	scopes := slices.DeleteFunc(sorted(strings.Fields(grant.scope)), func(s string) bool { return s == "offline_access" })
	fields := url.Values{
		"access_token": {g.issue("gho_accesstok-", grant)}, "token_type": {"bearer"}, "scope": {strings.Join(scopes, ",")},
	}
	if !g.forever {
		fields.Set("expires_in", "28800")
		fields.Set("refresh_token", g.issue("ghr_refreshtok-", grant))
		fields.Set("refresh_token_expires_in", "15897600")
	}
	if g.form {
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		_, _ = io.WriteString(w, fields.Encode())
		return
	}
	v := map[string]any{}
	for k := range fields {
		v[k] = fields.Get(k)
		if strings.HasSuffix(k, "expires_in") {
			v[k] = json.Number(fields.Get(k))
		}
	}
	object(w, 200, v)
}

func (g *gitHub) device(w http.ResponseWriter, r *http.Request) {
	if r.PostForm.Get("client_id") != clientID {
		g.t.Errorf("device request %v", r.PostForm)
	}
	if g.failing(w) {
		return
	}
	g.mu.Lock()
	g.grants["device-code"] = &grant{scope: r.PostForm.Get("scope"), device: true}
	g.mu.Unlock()
	answer(w, 200, `{"device_code":"device-code","user_code":"WDJB-MJHT","verification_uri":"https://github.com/login/device","expires_in":900,"interval":5}`)
}

func (g *gitHub) poll(w http.ResponseWriter, f url.Values) {
	if f.Get("grant_type") != "urn:ietf:params:oauth:grant-type:device_code" || f.Get("device_code") != "device-code" || f.Get("client_id") != clientID {
		g.t.Errorf("poll %v", f)
	}
	if len(g.polls) > 0 {
		next := g.polls[0]
		g.polls = g.polls[1:]
		v := map[string]any{"error": next, "error_description": "As the documents say.", "error_uri": "https://docs.github.com/developers"}
		if next == "slow_down" {
			v["interval"] = 10
		}
		object(w, http.StatusOK, v)
		return
	}
	g.mu.Lock()
	grant := g.grants["device-code"]
	g.mu.Unlock()
	g.give(w, grant)
}

// revokeApp is DELETE /applications/{client_id}/token.
func (g *gitHub) revokeApp(w http.ResponseWriter, r *http.Request) {
	user, pass, ok := r.BasicAuth()
	var body map[string]string
	err := json.NewDecoder(r.Body).Decode(&body)
	grant := g.alive(body["access_token"])
	if r.Method != http.MethodDelete || !ok || user != clientID || pass != clientSecret || err != nil || len(body) != 1 || grant == nil {
		g.t.Errorf("%s, user %q, %d members, token alive: %v", r.Method, user, len(body), grant != nil)
		answer(w, http.StatusNotFound, `{"message":"Not Found"}`)
		return
	}
	g.kill(grant, all)
	w.WriteHeader(http.StatusNoContent)
}

// revoke is POST /credentials/revoke, which is for everybody but those who
// show a token.
func (g *gitHub) revoke(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Credentials []string `json:"credentials"`
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	if r.Method != http.MethodPost || r.Header.Get("Authorization") != "" || err != nil || len(body.Credentials) == 0 {
		g.t.Errorf("%s with %v", r.Method, err)
		answer(w, http.StatusForbidden, `{"message":"Forbidden"}`)
		return
	}
	for _, c := range body.Credentials {
		if grant := g.alive(c); grant != nil {
			g.kill(grant, func(token string) bool { return token == c })
		}
	}
	w.WriteHeader(http.StatusAccepted)
}

func gitHubDesk(t *testing.T, environ ...string) (*gitHub, *desk) {
	t.Helper()
	g := newGitHub(t, "github.com", "api.github.com")
	return g, newDesk(t, g.op, g.transport(), "", append(environ, ghEnviron)...)
}

func TestGitHubSignIn(t *testing.T) {
	for _, form := range []bool{false, true} {
		g, d := gitHubDesk(t, ghSecret)
		g.form = form
		acc := d.must(auth.SignInRequest{Provider: "github", Groups: true, LoginHint: "mira-okonkwo"})
		q := g.last(ghAuthorize)
		loopback(t, q, "127.0.0.1")
		if q.query.Get("login") != "mira-okonkwo" || q.query.Has("nonce") || q.query.Get("scope") != "read:user user:email offline_access read:org" {
			t.Errorf("authorization request %v", q.query)
		}
		if f := g.last(ghToken).form; len(f["client_secret"]) != 1 || g.last(ghToken).header.Get("Authorization") != "" {
			t.Error("the secret does not go in the body")
		}
		u := acc.User
		if u.ID != "48211937" || u.Login != "mira-okonkwo" || u.Name != "Mira Okonkwo" || u.Email != "mira@example.org" || !u.EmailVerified {
			t.Errorf("user %+v", u)
		}
		want := []string{"organization northwind-1", "organization northwind-2", "team northwind:team-1", "team northwind:team-2", "team northwind:team-3"}
		if diff := cmp.Diff(want, groupNames(acc.Groups)); diff != "" || len(acc.Missing) != 0 {
			t.Errorf("%s, missing %v", diff, acc.Missing)
		}
		if diff := cmp.Diff([]string{"read:org", "read:user", "user:email"}, sorted(acc.Scopes)); diff != "" {
			t.Error(diff)
		}
		if left := time.Until(acc.ExpiresAt); left < 7*time.Hour || left > 8*time.Hour || !acc.CanRefresh || acc.HasIDToken || acc.Issuer != "" {
			t.Errorf("account %+v", acc)
		}
		if data, err := d.agent.Picture(t.Context(), acc.ID); err != nil || string(data) != png {
			t.Errorf("picture: %d bytes, %v", len(data), err)
		}
		if g.alive(d.token(acc)) == nil {
			t.Error("the token is not the one that was given")
		}
	}
}

func TestGitHubRefreshEndsBothOldTokens(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	acc := d.must(auth.SignInRequest{Provider: "github"})
	old := d.token(acc)
	for range 2 { // the second one needs the refresh token of the first
		d.refresh(acc)
	}
	if got := d.token(acc); got == old || g.alive(old) != nil || g.alive(got) == nil {
		t.Error("the token was not replaced")
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.User.Name != "Mira Okonkwo" || got.State != auth.StateActive {
		t.Errorf("check: %+v, %v", got, err)
	}
	// Elsewhere somebody used it up: GitHub says so with status 200.
	g.kill(g.alive(d.token(acc)), all)
	_, err := d.agent.Check(t.Context(), acc.ID)
	if !errors.Is(err, auth.ErrNeedsSignIn) {
		t.Fatalf("check: %v", err)
	}
	p := d.words("github", err)
	if says(t, p, "session ended", "Sign in again"); p.Kind != auth.KindNeedsSignIn || p.Code != "bad_refresh_token" {
		t.Errorf("%+v", p)
	}
	if got, err := d.agent.Account(t.Context(), acc.ID); err != nil || got.State != auth.StateNeedsSignIn || got.User.Name != "Mira Okonkwo" {
		t.Errorf("the account: %+v, %v", got, err)
	}
	if again := d.must(auth.SignInRequest{Provider: "github", Account: acc.ID}); again.ID != acc.ID || again.State != auth.StateActive {
		t.Errorf("signed in again: %+v", again)
	}
}

func TestGitHubSignOut(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	acc := d.must(auth.SignInRequest{Provider: "github"})
	token := d.token(acc)
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Session.Outcome != auth.OutcomeNotOffered || g.alive(token) != nil {
		t.Errorf("%+v, %v", receipt, err)
	}
	if n := len(g.to(ghRevokeApp)); n != 1 || len(g.to(ghRevoke)) != 0 {
		t.Errorf("%d requests", n)
	}
	if _, err := d.agent.Token(t.Context(), acc.ID, 0); !errors.Is(err, auth.ErrNoAccount) {
		t.Errorf("token: %v", err)
	}
}

// A refused revocation forgets here all the same, and says where to do it.
func TestGitHubSignOutRefused(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	g.serve(ghRevokeApp, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, `{"message":"Not Found"}`)
	})
	acc := d.must(auth.SignInRequest{Provider: "github"})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone || receipt.Revoked.Outcome != auth.OutcomeFailed ||
		!strings.Contains(receipt.Revoked.Detail, "https://github.com/settings/connections/applications/"+clientID) {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestGitHubErrors(t *testing.T) {
	back := func(code, description string) func(*gitHub) {
		return func(g *gitHub) {
			g.refuse = url.Values{"error": {code}, "error_description": {description}, "error_uri": {"https://docs.github.com/x"}}
		}
	}
	token := func(code, description string) func(*gitHub) {
		return func(g *gitHub) {
			g.fail(func(w http.ResponseWriter) bool { return g.refused(w, code, description) })
		}
	}
	const apps = "https://github.com/settings/applications/new"
	for name, tc := range map[string]struct {
		set  func(*gitHub)
		code string
		says []string
	}{
		"callback not registered": {
			back("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application."),
			"redirect_uri_mismatch",
			[]string{"callback address", "Add the address below", "GitHub", "http://127.0.0.1/callback", apps},
		},
		"code used":    {token("bad_verification_code", "The code passed is incorrect or expired."), "bad_verification_code", []string{"code expired or was used", "Start again"}},
		"wrong secret": {token("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."), "incorrect_client_credentials", []string{"Client ID or secret is wrong", "app registration at GitHub", apps}},
		"no e-mail":    {token("unverified_user_email", "The user must have a verified primary email."), "unverified_user_email", []string{"Verify your primary e-mail address at GitHub"}},
		"said no":      {back("access_denied", "The user has denied your application access."), "access_denied", []string{"not granted", "denied your application"}},
	} {
		t.Run(name, func(t *testing.T) {
			g, d := gitHubDesk(t, ghSecret)
			tc.set(g)
			acc, err := d.signIn(auth.SignInRequest{Provider: "github"})
			p := d.words("github", err)
			if says(t, p, tc.says...); acc != nil || p.Code != tc.code {
				t.Errorf("%+v, %+v", acc, p)
			}
			if list, err := d.agent.Accounts(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("accounts %v, %v", list, err)
			}
		})
	}
}

// Without a secret the code exchange is refused, in words that help.
func TestGitHubWithoutSecret(t *testing.T) {
	_, d := gitHubDesk(t)
	_, err := d.signIn(auth.SignInRequest{Provider: "github"})
	says(t, d.words("github", err), "Client ID or secret is wrong", "GitHub")
}

func TestGitHubWithoutEmailAndName(t *testing.T) {
	g, d := gitHubDesk(t, ghSecret)
	g.serve("api.github.com/user", g.bearer(ghBad, fixed(`{"login":"mira-okonkwo","id":48211937,"name":null,"email":null,"avatar_url":null}`)))
	g.serve("api.github.com/user/emails", g.bearer(ghBad, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Accepted-OAuth-Scopes", "user, user:email")
		answer(w, http.StatusNotFound, `{"message":"Not Found"}`)
	}))
	g.serve("api.github.com/user/teams", g.bearer(ghBad, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-GitHub-SSO", "required; url=https://github.com/orgs/northwind/sso?authorization_request=AAAA")
		answer(w, http.StatusForbidden, `{"message":"Resource protected by organization SAML enforcement."}`)
	}))
	acc := d.must(auth.SignInRequest{Provider: "github", Groups: true})
	if acc.User.Name != "mira-okonkwo" || acc.User.Email != "" || acc.User.EmailVerified || acc.User.Picture != "" {
		t.Errorf("user %+v", acc.User)
	}
	reasons := fmt.Sprint(acc.Missing)
	if !strings.Contains(reasons, "E-mail addresses") || !strings.Contains(reasons, "single sign-on") || strings.Contains(reasons, "AAAA") {
		t.Errorf("missing %s", reasons)
	}
	if data, err := d.agent.Picture(t.Context(), acc.ID); data != nil || err != nil {
		t.Errorf("picture %v, %v", data, err)
	}
}

// An older Enterprise server ignores offline_access and PKCE, and gives a
// token without end.
func TestGitHubEnterpriseServer(t *testing.T) {
	g := newGitHub(t, "git.example.com", "git.example.com/api/v3")
	g.forever = true
	d := newDesk(t, g.op, g.transport(), "", ghEnviron, ghSecret, "CLAVIGER_GITHUB_HOST=git.example.com", "CLAVIGER_GITHUB_API=git.example.com/api/v3")
	acc := d.must(auth.SignInRequest{Provider: "github", Groups: true})
	if !acc.ExpiresAt.IsZero() || acc.CanRefresh || acc.State != auth.StateActive || len(acc.Groups) != 5 {
		t.Errorf("account %+v", acc)
	}
	if g.alive(d.token(acc)) == nil {
		t.Error("no token")
	}
	if _, err := d.agent.Refresh(t.Context(), acc.ID); !errors.Is(err, auth.ErrNoRefresh) {
		t.Errorf("refresh: %v", err)
	}
	if r, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true}); err != nil || r.Revoked.Outcome != auth.OutcomeDone {
		t.Errorf("%+v, %v", r, err)
	}
}

// The device flow needs no secret at all: for tokens, refresh and revocation.
func TestGitHubDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGitHub(t, "github.com", "api.github.com")
		g.polls = []string{"authorization_pending", "slow_down", "authorization_pending"}
		d := newDesk(t, g.op, direct{g.internet}, "", ghEnviron)
		start := time.Now()
		acc := d.must(auth.SignInRequest{Provider: "github", Groups: true, Device: true})
		if took := time.Since(start); took != 30*time.Second { // 5, 5, then 10 and 10
			t.Errorf("polled for %v", took)
		}
		if len(acc.Groups) != 5 || acc.User.Email != "mira@example.org" {
			t.Errorf("account %+v", acc)
		}
		d.refresh(acc)
		for _, r := range g.to(ghToken) {
			if r.form.Has("client_secret") {
				t.Error("a secret was sent")
			}
		}
		token := d.token(acc)
		receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true})
		if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || g.alive(token) != nil || len(g.live) != 0 || len(g.to(ghRevoke)) != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
	})
}

func TestGitHubDeviceErrors(t *testing.T) {
	for code, want := range map[string]struct {
		is   error
		says []string
	}{
		"token_expired":         {auth.ErrDeviceExpired, []string{"code ran out", "Start again"}},
		"expired_token":         {auth.ErrDeviceExpired, []string{"code ran out", "Start again"}},
		"access_denied":         {nil, []string{"not granted"}},
		"incorrect_device_code": {nil, []string{"new code"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGitHub(t, "github.com", "api.github.com")
			g.polls = []string{"authorization_pending", code}
			d := newDesk(t, g.op, direct{g.internet}, "", ghEnviron)
			_, err := d.signIn(auth.SignInRequest{Provider: "github", Device: true})
			if says(t, d.words("github", err), want.says...); want.is != nil && !errors.Is(err, want.is) {
				t.Errorf("%s: %v", code, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		g := newGitHub(t, "github.com", "api.github.com")
		g.fail(func(w http.ResponseWriter) bool {
			return g.refused(w, "device_flow_disabled", "Device Flow must be explicitly enabled for this App")
		})
		d := newDesk(t, g.op, direct{g.internet}, "", ghEnviron)
		_, err := d.signIn(auth.SignInRequest{Provider: "github", Device: true})
		says(t, d.words("github", err), "switched off", "Switch on the device flow in the app registration", "https://github.com/settings/applications/new")
	})
}
