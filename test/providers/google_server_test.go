package providers_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const (
	goAuthorize  = "accounts.google.com/o/oauth2/v2/auth"
	goToken      = "oauth2.googleapis.com/token"
	goRevoke     = "oauth2.googleapis.com/revoke"
	goTransitive = "cloudidentity.googleapis.com/v1/groups/-/memberships:searchTransitiveGroups"
	goDirect     = "cloudidentity.googleapis.com/v1/groups/-/memberships:searchDirectGroups"
	goGroups     = "https://www.googleapis.com/auth/cloud-identity.groups.readonly"
	goID         = "CLAVIGER_GOOGLE_CLIENT_ID=" + clientID
	goSecret     = "CLAVIGER_GOOGLE_CLIENT_SECRET=" + clientSecret
	goBad        = `{"error":"invalid_request","error_description":"Invalid Credentials"}`
)

// google is Google: scopes under long names, one refresh token for good, an
// iss parameter and other company in the redirect, its bare issuer in tokens.
type google struct {
	*op
	// granted replaces scopes, for a person who unticks some.
	granted string
	// again gives no refresh token, as for a person who agreed before.
	again bool
	// nonce replaces that of the request.
	nonce string
	// text sends numbers as strings.
	text   bool
	person map[string]any
	polls  []string
}

func newGoogle(t *testing.T) *google {
	g := &google{op: newOP(t), person: map[string]any{
		"sub": "113400928817364550921", "name": "Tomas Lindqvist", "given_name": "Tomas", "family_name": "Lindqvist",
		"picture": "https://lh3.googleusercontent.com/a/EXAMPLE=s96-c", "email": "tomas@example.com", "email_verified": true, "hd": "example.com",
	}}
	g.serve("accounts.google.com/.well-known/openid-configuration", fixed(`{"issuer":"https://accounts.google.com",
	 "authorization_endpoint":"https://accounts.google.com/o/oauth2/v2/auth","device_authorization_endpoint":"https://oauth2.googleapis.com/device/code",
	 "token_endpoint":"https://oauth2.googleapis.com/token","userinfo_endpoint":"https://openidconnect.googleapis.com/v1/userinfo",
	 "revocation_endpoint":"https://oauth2.googleapis.com/revoke","jwks_uri":"https://www.googleapis.com/oauth2/v3/certs",
	 "response_types_supported":["code","token","id_token","none"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"],
	 "scopes_supported":["openid","email","profile"],"token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"],
	 "code_challenge_methods_supported":["plain","S256"]}`))
	g.serve("www.googleapis.com/oauth2/v3/certs", keys)
	g.serve(goAuthorize, func(w http.ResponseWriter, r *http.Request) {
		extra := url.Values{"iss": {"https://accounts.google.com"}, "scope": {"email profile openid"}, "authuser": {"0"}, "hd": {"example.com"}, "prompt": {"consent"}}
		if strings.Contains(r.URL.Query().Get("scope"), "offline_access") {
			extra = url.Values{"error": {"invalid_scope"}}
		}
		g.authorize(w, r, extra)
	})
	g.serve(goToken, g.token)
	g.serve("oauth2.googleapis.com/device/code", g.device)
	g.serve("openidconnect.googleapis.com/v1/userinfo", g.bearer(goBad, func(w http.ResponseWriter, _ *http.Request) { object(w, 200, g.claims()) }))
	g.serve("lh3.googleusercontent.com/a/EXAMPLE=s96-c", picture(g.internet, false))
	g.serve(goTransitive, g.bearer(goBad, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusForbidden, `{"error":{"code":403,"message":"Error(4001): Permission denied for resource.","status":"PERMISSION_DENIED"}}`)
	}))
	g.serve(goDirect, g.bearer(goBad, g.groups))
	g.serve(goRevoke, g.revoke)
	return g
}

// claims are those of the scopes that were granted.
func (g *google) claims() map[string]any {
	c := maps.Clone(g.person)
	if g.granted != "" && !strings.Contains(g.granted, "userinfo.email") {
		delete(c, "email")
		delete(c, "email_verified")
	}
	return c
}

func (g *google) groups(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if want := `member_key_id == 'tomas@example.com' && 'cloudidentity.googleapis.com/groups.discussion_forum' in labels`; q.Get("query") != want {
		g.t.Errorf("query %s", q.Get("query"))
	}
	n := 1
	_, _ = fmt.Sscanf(q.Get("pageToken"), "tok%d", &n)
	next := ""
	if n < 3 {
		next = fmt.Sprintf(`,"nextPageToken":"tok%d"`, n+1)
	}
	answer(w, 200, fmt.Sprintf(`{"memberships":[{"group":"groups/0%d","groupKey":{"id":"team-%d@example.com"},"displayName":"Team %d",
	 "labels":{"cloudidentity.googleapis.com/groups.discussion_forum":""}}]%s}`, n, n, n, next))
}

func (g *google) refused(w http.ResponseWriter, status int, code, description string) bool {
	object(w, status, map[string]string{"error": code, "error_description": description})
	return true
}

func (g *google) token(w http.ResponseWriter, r *http.Request) {
	if g.failing(w) {
		return
	}
	f := r.PostForm
	switch {
	case !f.Has("client_secret"):
		g.refused(w, 400, "invalid_request", "client_secret is missing.")
		return
	case f.Get("client_secret") != clientSecret || f.Get("client_id") != clientID:
		g.refused(w, 401, "invalid_client", "Unauthorized")
		return
	}
	switch f.Get("grant_type") {
	case "authorization_code":
		if grant := g.redeem(f); grant != nil {
			g.give(w, grant, !g.again)
			return
		}
		g.refused(w, 400, "invalid_grant", "Malformed auth code.")
	case "refresh_token":
		if grant := g.alive(f.Get("refresh_token")); grant != nil {
			grant.nonce = "" // OIDC Core §12.2
			g.give(w, grant, false)
			return
		}
		g.refused(w, 400, "invalid_grant", "Token has been expired or revoked.")
	default:
		g.poll(w, f)
	}
}

func (g *google) give(w http.ResponseWriter, grant *grant, refresh bool) {
	scope := g.granted
	if scope == "" {
		scope = strings.NewReplacer("email", "https://www.googleapis.com/auth/userinfo.email", "profile", "https://www.googleapis.com/auth/userinfo.profile").Replace(grant.scope)
	}
	access := g.issue("ya29.accesstok-", grant)
	claims := g.claims()
	claims["iss"], claims["azp"], claims["nonce"], claims["at_hash"] = "accounts.google.com", clientID, cmp.Or(g.nonce, grant.nonce), atHash(access)
	v := map[string]any{"access_token": access, "expires_in": 3599, "scope": scope, "token_type": "Bearer", "id_token": idToken(claims)}
	if refresh {
		v["refresh_token"] = g.issue("1//0grefreshtok-", grant)
	}
	if g.text {
		v["expires_in"], v["refresh_token_expires_in"] = "3599", "604799"
	}
	object(w, 200, v)
}

func (g *google) device(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.PostForm.Get("scope"), "cloud-identity") {
		g.refused(w, 400, "invalid_scope", "Invalid device flow scope: "+goGroups)
		return
	}
	g.mu.Lock()
	g.grants["device-code"] = &grant{scope: r.PostForm.Get("scope"), device: true}
	g.mu.Unlock()
	answer(w, 200, `{"device_code":"device-code","user_code":"GQVQ-JKEC","verification_url":"https://www.google.com/device","expires_in":1800,"interval":5}`)
}

// poll has statuses of its own.
func (g *google) poll(w http.ResponseWriter, f url.Values) {
	if f.Get("device_code") != "device-code" {
		g.t.Errorf("poll %v", f)
	}
	if len(g.polls) > 0 {
		next := g.polls[0]
		g.polls = g.polls[1:]
		status := http.StatusForbidden
		if next == "authorization_pending" {
			status = http.StatusPreconditionRequired
		}
		g.refused(w, status, next, "As the documents say.")
		return
	}
	g.mu.Lock()
	grant := g.grants["device-code"]
	g.mu.Unlock()
	g.give(w, grant, true)
}

// revoke takes a form with a token and nothing else; it ends the whole grant.
func (g *google) revoke(w http.ResponseWriter, r *http.Request) {
	if len(r.PostForm) != 1 || r.Header.Get("Authorization") != "" || r.Method != http.MethodPost {
		g.t.Errorf("revocation with %d fields, Authorization %v", len(r.PostForm), r.Header.Get("Authorization") != "")
	}
	grant := g.alive(r.PostForm.Get("token"))
	if grant == nil {
		g.refused(w, 400, "invalid_token", "Token expired or revoked")
		return
	}
	g.kill(grant, all)
	answer(w, 200, `{}`)
}
