package demo_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/demo"
)

// active asks the introspection endpoint about a token of Ola's.
func (a *app) active(token string) bool {
	a.t.Helper()
	status, doc := a.post("/oauth/introspect", url.Values{"token": {token}})
	eq(a.t, "introspection", status, http.StatusOK)
	on, _ := doc["active"].(bool)
	if on {
		eq(a.t, "introspection's scope", doc["scope"], any(allScopes))
		eq(a.t, "introspection's sub", doc["sub"], any("ola"))
		eq(a.t, "introspection's client", doc["client_id"], any(demo.ClientID))
	}
	return on
}

// revoke revokes a token, which always answers 200 (RFC 7009 §2.2).
func (a *app) revoke(token, hint string) {
	a.t.Helper()
	status, _ := a.post("/revoke", url.Values{"token": {token}, "token_type_hint": {hint}})
	eq(a.t, "revocation", status, http.StatusOK)
}

func TestRevocationAndIntrospection(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	tok := a.signIn(newBrowser(t, s.Issuer()), "ola")
	eq(t, "nonsense", a.active("nothing"), false)
	eq(t, "fresh access token", a.active(tok.AccessToken), true)
	eq(t, "fresh refresh token", a.active(tok.RefreshToken), true)

	a.revoke("nothing", "")
	a.revoke(tok.AccessToken, "access_token")
	eq(t, "revoked access token", a.active(tok.AccessToken), false)
	eq(t, "refresh token beside it", a.active(tok.RefreshToken), true)

	// With a refresh token goes its access token, whatever the hint says.
	for _, hint := range []string{"refresh_token", "", "access_token"} {
		tok = a.signIn(newBrowser(t, s.Issuer()), "ola")
		a.revoke(tok.RefreshToken, hint)
		eq(t, "access token of a revoked refresh token", a.active(tok.AccessToken), false)
		eq(t, "revoked refresh token", a.active(tok.RefreshToken), false)
		_, err := a.refresh(tok.RefreshToken)
		eq(t, "refresh after revocation", errorCode(err), "invalid_grant")
	}
}

func TestDeviceFlow(t *testing.T) {
	s := start(t, demo.Options{})
	for _, answer := range []string{"allow", "deny"} {
		t.Run(answer, func(t *testing.T) {
			a, b := newApp(t, s), newBrowser(t, s.Issuer())
			a.config.Endpoint.DeviceAuthURL = s.Issuer() + "/device_authorization"
			auth, err := a.config.DeviceAuth(t.Context())
			must(t, err)
			poll := func() (int, map[string]any) {
				return a.post("/oauth/token", url.Values{
					"grant_type":  {"urn:ietf:params:oauth:grant-type:device_code"},
					"device_code": {auth.DeviceCode},
				})
			}
			_, doc := poll()
			eq(t, "before the person", doc["error"], any("authorization_pending"))
			_, doc = poll()
			eq(t, "at once again", doc["error"], any("slow_down"))
			b.get(auth.VerificationURI).press("continue", url.Values{"user_code": {"AAAA-AAAA"}})
			eq(t, "wrong code", b.status, http.StatusBadRequest)
			eq(t, "wrong code is told", strings.Contains(b.page, `role="alert"`), true)
			// People type it their way.
			typed := strings.ToLower(strings.ReplaceAll(auth.UserCode, "-", " "))
			b.get(auth.VerificationURI).press("continue", url.Values{"user_code": {typed}})
			b.press("user-tess", nil)
			eq(t, "the consent page shows the code", strings.Contains(b.page, auth.UserCode), true)
			b.press(answer, nil)
			eq(t, "the last page", b.status, http.StatusOK)
			eq(t, "the last page has an icon", strings.Contains(b.page, `class="mark`), true)
			eq(t, "the last page says who signed in", strings.Contains(b.page, "tess@demo.example"), answer == "allow")
			status, doc := poll()
			if answer == "deny" {
				eq(t, "after no", doc["error"], any("access_denied"))
				return
			}
			eq(t, "after yes", status, http.StatusOK)
			checkDevice(t, a, doc)
			if status, _ := poll(); status == http.StatusOK {
				t.Error("a device code worked twice")
			}
		})
	}
}

// checkDevice checks the token answer of a device flow.
func checkDevice(t *testing.T, a *app, doc map[string]any) {
	t.Helper()
	eq(t, "scope", doc["scope"], any(allScopes))
	tok := (&oauth2.Token{}).WithExtra(doc)
	id, err := a.idToken(t.Context(), tok)
	must(t, err)
	eq(t, "sub", id.Subject, "tess")
	_, info := a.userinfo(doc["access_token"].(string))
	eq(t, "userinfo's sub", info["sub"], any("tess"))
	_, err = a.refresh(doc["refresh_token"].(string))
	must(t, err)
}

func TestEndSession(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	tok := a.signIn(b, "tess")
	signedIn := func() bool { return strings.Contains(b.get("/").page, "signed in as") }
	end := func(params url.Values) { b.get("/end_session?" + params.Encode()) }
	hint := tok.Extra("id_token").(string)

	// Without a hint the person is asked.
	if end(url.Values{}); !strings.Contains(b.page, `id="sign-out"`) || !signedIn() {
		t.Error("signed out without being asked")
	}
	if end(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"http://evil.example/"}}); b.status != http.StatusBadRequest || b.back != nil {
		t.Errorf("foreign return address: %d, %v", b.status, b.back)
	}
	end(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"http://127.0.0.1:7777/bye"}, "state": {"s1"}})
	if b.back == nil || b.back.String() != "http://127.0.0.1:7777/bye?state=s1" {
		t.Errorf("back at %v", b.back)
	}
	if signedIn() {
		t.Error("still signed in")
	}
	if b.get(a.link(oauth2.SetAuthURLParam("prompt", "none"))); b.back.Query().Get("error") != "login_required" {
		t.Errorf("%v", b.back)
	}
	// offline_access outlives the browser's session.
	if _, err := a.refresh(tok.RefreshToken); err != nil {
		t.Error(err)
	}
	a.signIn(b, "sam")
	if end(url.Values{}); b.status != http.StatusOK {
		t.Errorf("asked: %d", b.status)
	}
	if b.press("sign-out", nil); signedIn() {
		t.Error("still signed in")
	}
}

func TestFormPost(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	b.get(a.link(oauth2.SetAuthURLParam("response_mode", "form_post"))).press("user-tess", nil).press("allow", nil)
	if !strings.Contains(b.page, `action="`+a.config.RedirectURL+`"`) || !strings.Contains(b.page, `name="iss" value="`+s.Issuer()) ||
		!strings.Contains(b.page, "<script>document.forms[0].submit()</script>") {
		t.Errorf("%s", b.page)
	}
	if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'sha256-") ||
		!strings.Contains(policy, "form-action 'self' http://127.0.0.1:61234;") {
		t.Errorf("policy: %s", policy)
	}
}

func TestDiscovery(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	var doc struct {
		ISS       bool     `json:"authorization_response_iss_parameter_supported"`
		PKCE      []string `json:"code_challenge_methods_supported"`
		Types     []string `json:"response_types_supported"`
		Auth      []string `json:"token_endpoint_auth_methods_supported"`
		Scopes    []string `json:"scopes_supported"`
		Grants    []string `json:"grant_types_supported"`
		Device    string   `json:"device_authorization_endpoint"`
		Revoke    string   `json:"revocation_endpoint"`
		End       string   `json:"end_session_endpoint"`
		Intro     string   `json:"introspection_endpoint"`
		Algorithm []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := a.provider.Claims(&doc); err != nil {
		t.Fatal(err)
	}
	slices.Sort(doc.Grants)
	want := doc
	want.ISS, want.PKCE, want.Types, want.Auth = true, []string{"S256"}, []string{"code"}, []string{"none"}
	want.Scopes, want.Algorithm = strings.Fields(allScopes), []string{"RS256"}
	want.Grants = []string{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}
	want.Device, want.Revoke = s.Issuer()+"/device_authorization", s.Issuer()+"/revoke"
	want.End, want.Intro = s.Issuer()+"/end_session", s.Issuer()+"/oauth/introspect"
	if d := cmp.Diff(want, doc); d != "" {
		t.Error(d)
	}
	p := &providers.Provider{ID: "demo"}
	if q := s.Provider(p); q.Issuer != s.Issuer() || q.Client.ID != demo.ClientID || p.Issuer != "" {
		t.Errorf("%+v from %+v", q, p)
	}
}
