package providers_test

import (
	"errors"
	"fmt"
	"maps"
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
	// granted replaces scopes, for somebody who unticks some.
	granted string
	// again gives no refresh token, as for somebody who agreed before.
	again bool
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
	claims["iss"], claims["azp"], claims["nonce"], claims["at_hash"] = "accounts.google.com", clientID, grant.nonce, atHash(access)
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

func googleDesk(t *testing.T) (*google, *desk) {
	t.Helper()
	g := newGoogle(t)
	return g, newDesk(t, g.op, g.transport(), "", goID, goSecret)
}

func TestGoogleSignIn(t *testing.T) {
	for _, text := range []bool{false, true} {
		g, d := googleDesk(t)
		g.text = text
		acc := d.must(auth.SignInRequest{Provider: "google", Groups: true, LoginHint: "tomas@example.com"})
		q := g.last(goAuthorize)
		loopback(t, q, "127.0.0.1")
		if q.query.Get("scope") != "openid profile email "+goGroups || q.query.Get("access_type") != "offline" || q.query.Get("login_hint") != "tomas@example.com" {
			t.Errorf("authorization request %v", q.query)
		}
		for _, name := range []string{"signature", "iss", "aud", "azp", "nonce", "exp", "at_hash", "sub"} {
			if !passed(acc, name) {
				t.Errorf("check %s: %+v", name, acc.Checks)
			}
		}
		u := acc.User
		if u.ID != "113400928817364550921" || u.Name != "Tomas Lindqvist" || u.Email != "tomas@example.com" || !u.EmailVerified || u.Login != "tomas@example.com" {
			t.Errorf("user %+v", u)
		}
		if diff := cmp.Diff([]string{"group Team 1", "group Team 2", "group Team 3"}, groupNames(acc.Groups)); diff != "" || len(acc.Missing) != 0 {
			t.Errorf("%s, missing %v", diff, acc.Missing)
		}
		if diff := cmp.Diff(sorted([]string{"openid", "profile", "email", goGroups}), sorted(acc.Scopes)); diff != "" {
			t.Error(diff)
		}
		if left := time.Until(acc.ExpiresAt); left < 50*time.Minute || left > time.Hour || !acc.CanRefresh || !acc.HasIDToken {
			t.Errorf("expires in %v, %+v", left, acc)
		}
		if data, err := d.agent.Picture(t.Context(), acc.ID); err != nil || string(data) != png {
			t.Errorf("picture: %d bytes, %v", len(data), err)
		}
		if in, err := d.agent.Inspect(t.Context(), acc.ID, stored(d, acc).IDToken); err != nil || cmp.Diff(acc.Checks[4], in.Checks[4]) != "" {
			t.Errorf("inspection: %+v, %v", in, err)
		}
	}
}

func stored(d *desk, acc *auth.Account) *auth.Token {
	d.t.Helper()
	tok, err := d.agent.Stored(d.t.Context(), acc.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return tok
}

func TestGoogleKeepsItsRefreshToken(t *testing.T) {
	g, d := googleDesk(t)
	acc := d.must(auth.SignInRequest{Provider: "google"})
	for range 3 {
		old := d.token(acc)
		d.refresh(acc)
		if got := d.token(acc); got == old || g.alive(got) == nil {
			t.Error("the token was not replaced")
		}
	}
	used := map[string]bool{}
	for _, r := range g.to(goToken)[1:] {
		used[r.form.Get("refresh_token")] = true
	}
	if len(used) != 1 {
		t.Errorf("%d refresh tokens were used", len(used))
	}
	// Who agreed before may get no refresh token: the one from then is kept.
	g.again = true
	if again := d.must(auth.SignInRequest{Provider: "google"}); again.ID != acc.ID || !again.CanRefresh {
		t.Errorf("signed in again: %+v", again)
	}
	d.refresh(acc)
	// The Workspace wants a new sign-in every so often.
	g.fail(func(w http.ResponseWriter) bool {
		answer(w, 400, `{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_subtype":"invalid_rapt","error_uri":"https://support.google.com/a/answer/9368756"}`)
		return true
	})
	_, err := d.agent.Refresh(t.Context(), acc.ID)
	p := d.words("google", err)
	if says(t, p, "Your session ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Kind != auth.KindNeedsSignIn {
		t.Errorf("%v, %+v", err, p)
	}
}

func TestGoogleSignOut(t *testing.T) {
	g, d := googleDesk(t)
	acc := d.must(auth.SignInRequest{Provider: "google"})
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Revoked.Outcome != auth.OutcomeDone || receipt.Session.Outcome != auth.OutcomeNotOffered || len(g.live) != 0 {
		t.Errorf("%+v, %v", receipt, err)
	}
	if n := len(g.to(goRevoke)); n != 1 {
		t.Errorf("%d revocations", n)
	}
	// One that is dead already is no failure.
	acc = d.must(auth.SignInRequest{Provider: "google"})
	g.kill(g.alive(d.token(acc)), all)
	if receipt, err = d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true}); err != nil || receipt.Revoked.Outcome != auth.OutcomeDone {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestGoogleUntickedEmail(t *testing.T) {
	g, d := googleDesk(t)
	g.granted = "openid https://www.googleapis.com/auth/userinfo.profile"
	acc := d.must(auth.SignInRequest{Provider: "google", Groups: true})
	if acc.User.Email != "" || acc.User.EmailVerified || acc.User.Name != "Tomas Lindqvist" {
		t.Errorf("user %+v", acc.User)
	}
	if diff := cmp.Diff([]string{"openid", "profile"}, sorted(acc.Scopes)); diff != "" {
		t.Error(diff)
	}
	if len(acc.Missing) != 1 || !strings.Contains(acc.Missing[0].Reason, goGroups) || len(g.to(goTransitive)) != 0 {
		t.Errorf("missing %+v", acc.Missing)
	}
}

func TestGoogleConsumer(t *testing.T) {
	g, d := googleDesk(t)
	delete(g.person, "hd")
	g.person["email_verified"] = "false" // some send text
	acc := d.must(auth.SignInRequest{Provider: "google", Groups: true})
	if len(acc.Groups) != 0 || len(acc.Missing) != 0 || acc.User.EmailVerified || len(g.to(goTransitive)) != 0 {
		t.Errorf("%+v", acc)
	}
}

func TestGoogleErrors(t *testing.T) {
	back := func(code string) func(*google) {
		return func(g *google) { g.refuse = url.Values{"error": {code}} }
	}
	token := func(status int, code, description string) func(*google) {
		return func(g *google) {
			g.fail(func(w http.ResponseWriter) bool { return g.refused(w, status, code, description) })
		}
	}
	const clients = "https://console.cloud.google.com/auth/clients"
	for name, tc := range map[string]struct {
		set  func(*google)
		code string
		says []string
	}{
		"secret missing": {token(400, "invalid_request", "client_secret is missing."), "invalid_request", []string{"wants a client secret", "Desktop app", "enter it", clients}},
		"wrong kind":     {back("redirect_uri_mismatch"), "redirect_uri_mismatch", []string{"Desktop app", "no callback address", clients}},
		"admin":          {back("admin_policy_enforced"), "admin_policy_enforced", []string{"administrator blocks this app", "Admin console", "API controls", "client ID"}},
		"code used":      {token(400, "invalid_grant", "Malformed auth code."), "invalid_grant", []string{"code expired or was used", "Start again"}},
		"internal":       {back("org_internal"), "org_internal", []string{"only for members", "account of that organisation"}},
		"deleted":        {token(401, "deleted_client", "The OAuth client was deleted."), "deleted_client", []string{"deleted", "30 days", clients}},
		"said no":        {back("access_denied"), "access_denied", []string{"not granted"}},
	} {
		t.Run(name, func(t *testing.T) {
			g, d := googleDesk(t)
			tc.set(g)
			acc, err := d.signIn(auth.SignInRequest{Provider: "google"})
			p := d.words("google", err)
			if says(t, p, tc.says...); acc != nil || p.Code != tc.code {
				t.Errorf("%+v, %+v", acc, p)
			}
			if strings.Contains(p.Next, "address below") {
				t.Errorf("Google's desktop apps list no address: %s", p.Next)
			}
		})
	}
}

// Somebody believes the documentation and leaves the secret out.
func TestGoogleWithoutSecret(t *testing.T) {
	g := newGoogle(t)
	d := newDesk(t, g.op, g.transport(), "id = \"mine\"\npreset = \"google\"\n[client]\nid = \""+clientID+"\"\nsecret = \"optional\"\n")
	_, err := d.signIn(auth.SignInRequest{Provider: "mine"})
	says(t, d.words("mine", err), "wants a client secret", "enter it")
	// The built-in one asks for it before the browser opens.
	d = newDesk(t, g.op, g.transport(), "", goID)
	before := g.count()
	if _, err = d.signIn(auth.SignInRequest{Provider: "google"}); !errors.Is(err, auth.ErrNoSecret) || g.count() != before {
		t.Errorf("%v, %d requests", err, g.count()-before)
	}
	says(t, d.words("google", err), "wants a client secret", "Desktop app", "enter it", "https://console.cloud.google.com/auth/clients")
}

func TestGoogleIssuerOfTheRedirect(t *testing.T) {
	g, d := googleDesk(t)
	g.serve(goAuthorize, func(w http.ResponseWriter, r *http.Request) {
		g.authorize(w, r, url.Values{"iss": {"https://login.example.net"}})
	})
	if _, err := d.signIn(auth.SignInRequest{Provider: "google"}); !errors.Is(err, auth.ErrIssMismatch) || len(g.to(goToken)) != 0 {
		t.Errorf("%v, %d token requests", err, len(g.to(goToken)))
	}
}

func TestGoogleDevice(t *testing.T) {
	for name, tc := range map[string]struct {
		polls []string
		took  time.Duration
		says  string
	}{
		"done":    {[]string{"authorization_pending", "slow_down"}, 20 * time.Second, ""},
		"refused": {[]string{"authorization_pending", "access_denied"}, 10 * time.Second, "not granted"},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGoogle(t)
			g.polls = slices.Clone(tc.polls)
			d := newDesk(t, g.op, direct{g.internet}, "", goID, goSecret)
			start := time.Now()
			f, err := d.agent.Start(t.Context(), auth.SignInRequest{Provider: "google", Device: true})
			if err != nil {
				t.Fatal(err)
			}
			if c := f.Device(); c.VerificationURI != "https://www.google.com/device" || c.UserCode != "GQVQ-JKEC" || f.URL() != c.VerificationURI || c.ExpiresAt.Sub(start) != 30*time.Minute {
				t.Errorf("code %+v", c)
			}
			acc, err := f.Wait(t.Context())
			if took := time.Since(start); took != tc.took {
				t.Errorf("%s: took %v", name, took)
			}
			if tc.says != "" {
				says(t, d.words("google", err), tc.says)
				return
			}
			if err != nil || acc.User.Name != "Tomas Lindqvist" || !acc.CanRefresh {
				t.Errorf("%+v, %v", acc, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		g := newGoogle(t)
		d := newDesk(t, g.op, direct{g.internet}, "", goID, goSecret)
		_, err := d.signIn(auth.SignInRequest{Provider: "google", Device: true, Groups: true})
		says(t, d.words("google", err), "permission is unknown", "cloud-identity.groups.readonly")
	})
}
