package providers_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const (
	a0Host = "northwind.eu.auth0.com"
	a0ID   = "CLAVIGER_AUTH0_CLIENT_ID=" + clientID
	a0Name = "CLAVIGER_AUTH0_DOMAIN=" + a0Host
)

// a0Ports are those that the built-in provider asks people to register.
var a0Ports = []string{"51789", "51790", "51791"}

// auth0 is Auth0: an issuer with a slash, callback addresses with their ports,
// refresh tokens whose second use ends the family, revocation of those only.
type auth0 struct {
	*op
	claims   map[string]any // of the ID token, beside the person's
	userinfo map[string]any // the same for /userinfo
	text     bool
	polls    []string
	spent    map[string]*grant
}

func newAuth0(t *testing.T) *auth0 {
	a := &auth0{op: newOP(t), claims: map[string]any{}, userinfo: map[string]any{}, spent: map[string]*grant{}}
	a.serve(a0Host+"/.well-known/openid-configuration", fixed(strings.ReplaceAll(`{"issuer":"https://HOST/","authorization_endpoint":"https://HOST/authorize",
	 "token_endpoint":"https://HOST/oauth/token","device_authorization_endpoint":"https://HOST/oauth/device/code","userinfo_endpoint":"https://HOST/userinfo",
	 "mfa_challenge_endpoint":"https://HOST/mfa/challenge","jwks_uri":"https://HOST/.well-known/jwks.json","registration_endpoint":"https://HOST/oidc/register",
	 "revocation_endpoint":"https://HOST/oauth/revoke","end_session_endpoint":"https://HOST/oidc/logout","response_types_supported":["code","token","id_token"],
	 "code_challenge_methods_supported":["S256","plain"],"response_modes_supported":["query","fragment","form_post"],"subject_types_supported":["public"],
	 "token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","private_key_jwt","none"],
	 "id_token_signing_alg_values_supported":["HS256","RS256","PS256"],"scopes_supported":["openid","profile","offline_access","email"]}`, "HOST", a0Host)))
	a.serve(a0Host+"/.well-known/jwks.json", keys)
	a.serve(a0Host+"/authorize", func(w http.ResponseWriter, r *http.Request) {
		back, err := url.Parse(r.URL.Query().Get("redirect_uri"))
		if err != nil || back.Hostname() != "127.0.0.1" || back.Path != "/callback/auth0" || !slices.Contains(a0Ports, back.Port()) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, "<h1>Oops!, something went wrong</h1><p>Callback URL mismatch.</p>")
			return
		}
		a.authorize(w, r, url.Values{})
	})
	a.serve(a0Host+"/oauth/token", a.token)
	a.serve(a0Host+"/oauth/device/code", a.device)
	a.serve(a0Host+"/userinfo", a.bearer("Unauthorized", func(w http.ResponseWriter, _ *http.Request) {
		c := a0Person()
		maps.Copy(c, a.userinfo)
		object(w, 200, c)
	}))
	a.serve("s.gravatar.com/avatar/EXAMPLE", picture(a.internet, false))
	a.serve(a0Host+"/oauth/revoke", a.revoke)
	return a
}

func a0Person() map[string]any {
	return map[string]any{
		"sub": "auth0|66b1f0c2d9e4a7", "nickname": "jonas.weber", "name": "Jonas Weber", "given_name": "Jonas", "family_name": "Weber",
		"picture": "https://s.gravatar.com/avatar/EXAMPLE", "email": "jonas@example.net", "email_verified": true, "updated_at": "2026-04-03T09:12:44.101Z",
	}
}

func (a *auth0) refused(w http.ResponseWriter, status int, code, description string) bool {
	object(w, status, map[string]string{"error": code, "error_description": description})
	return true
}

func (a *auth0) token(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	if a.failing(w) {
		return
	}
	if f.Get("client_id") != clientID || f.Has("client_secret") || r.Header.Get("Authorization") != "" {
		a.t.Errorf("token request of client %q, with secret: %v", f.Get("client_id"), f.Has("client_secret"))
	}
	switch f.Get("grant_type") {
	case "authorization_code":
		if g := a.redeem(f); g != nil {
			a.give(w, g)
			return
		}
		a.refused(w, 403, "invalid_grant", "Invalid authorization code")
	case "refresh_token":
		a.rotate(w, f.Get("refresh_token"))
	default:
		a.poll(w, f)
	}
}

// rotate gives a new refresh token for one that was not used, and ends the
// whole family for one that was.
func (a *auth0) rotate(w http.ResponseWriter, token string) {
	a.mu.Lock()
	reused := a.spent[token]
	a.mu.Unlock()
	if reused != nil {
		a.kill(reused, all)
	}
	g := a.alive(token)
	if g == nil {
		a.refused(w, 403, "invalid_grant", "Unknown or invalid refresh token.")
		return
	}
	a.mu.Lock()
	a.spent[token] = g
	a.mu.Unlock()
	a.kill(g, func(t string) bool { return t == token })
	g.nonce = ""
	a.give(w, g)
}

func (a *auth0) give(w http.ResponseWriter, g *grant) {
	access := a.issue("accesstok-", g)
	claims := a0Person()
	claims["iss"], claims["nonce"], claims["sid"], claims["at_hash"] = "https://"+a0Host+"/", g.nonce, "s1", atHash(access)
	maps.Copy(claims, a.claims)
	v := map[string]any{"access_token": access, "id_token": idToken(claims), "scope": g.scope, "expires_in": 86400, "token_type": "Bearer"}
	if strings.Contains(g.scope, "offline_access") {
		v["refresh_token"] = a.issue("v1.Mrefreshtok-", g)
	}
	if a.text {
		v["expires_in"] = "86400"
	}
	object(w, 200, v)
}

func (a *auth0) device(w http.ResponseWriter, r *http.Request) {
	if a.failing(w) {
		return
	}
	a.mu.Lock()
	a.grants["device-code"] = &grant{scope: r.PostForm.Get("scope"), device: true}
	a.mu.Unlock()
	answer(w, 200, `{"device_code":"device-code","user_code":"BTPW-QKLC","verification_uri":"https://`+a0Host+`/activate","expires_in":900,"interval":5,
	 "verification_uri_complete":"https://`+a0Host+`/activate?user_code=BTPW-QKLC"}`)
}

func (a *auth0) poll(w http.ResponseWriter, f url.Values) {
	if f.Get("grant_type") != "urn:ietf:params:oauth:grant-type:device_code" || f.Get("device_code") != "device-code" {
		a.t.Errorf("poll %v", f)
	}
	if len(a.polls) > 0 {
		next := a.polls[0]
		a.polls = a.polls[1:]
		status := http.StatusForbidden
		if next == "slow_down" {
			status = http.StatusTooManyRequests
		}
		a.refused(w, status, next, "User has yet to authorize device code.")
		return
	}
	a.mu.Lock()
	g := a.grants["device-code"]
	a.mu.Unlock()
	a.give(w, g)
}

// revoke takes refresh tokens only.
func (a *auth0) revoke(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	if f.Get("client_id") != clientID || f.Has("client_secret") || r.Header.Get("Authorization") != "" || !strings.Contains(f.Get("token"), "refreshtok-") {
		a.t.Errorf("revocation: client %q, a refresh token: %v", f.Get("client_id"), strings.Contains(f.Get("token"), "refreshtok-"))
		a.refused(w, 400, "unsupported_token_type", "The authorization server does not support the revocation of the presented token type.")
		return
	}
	if g := a.alive(f.Get("token")); g != nil {
		a.kill(g, all)
	}
	w.WriteHeader(http.StatusOK) // also for one that is not known
}
