package providers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
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
