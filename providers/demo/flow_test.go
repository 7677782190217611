package demo_test

import (
	"errors"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers/demo"
)

func TestSignIn(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())

	b.get(a.link())
	if !strings.Contains(b.page, `id="user-tess" autofocus`) {
		t.Error("the first person has not the focus")
	}
	b.press("user-tess", nil)
	for _, id := range []string{"allow", "deny", "scope-profile", "scope-offline_access", "scope-groups"} {
		if !strings.Contains(b.page, `id="`+id+`"`) {
			t.Errorf("the consent page has no %s", id)
		}
	}
	// Who asks stands right above the answer, and no key gives it by mistake.
	if ask := b.page[strings.Index(b.page, `class="ask"`):]; !strings.HasPrefix(ask, `class="ask">
<p id="asker">Allow <b>Claviger</b> access as Tess Demo?</p>`) || strings.Contains(ask, "autofocus") {
		t.Errorf("beside the answer: %.200s", ask)
	}
	b.press("allow", nil)
	code := a.code(b)
	tok, err := a.exchange(code)
	must(t, err)
	id, err := a.idToken(t.Context(), tok)
	must(t, err)
	must(t, id.VerifyAccessToken(tok.AccessToken))
	eq(t, "nonce", id.Nonce, a.nonce)
	eq(t, "scope", tok.Extra("scope"), any(allScopes))
	if ttl := time.Until(tok.Expiry); ttl < 4*time.Minute || ttl > 5*time.Minute {
		t.Errorf("the access token is good for %v", ttl)
	}
	checkTess(t, s, id)

	status, info := a.userinfo(tok.AccessToken)
	eq(t, "userinfo", status, http.StatusOK)
	eq(t, "userinfo's sub", info["sub"], any("tess"))
	eq(t, "userinfo's groups", info["groups"], any([]any{"Platform", "Release captains", "Coffee roster"}))

	// A code works once, and trying again ends what it gave (RFC 6749 §4.1.2).
	_, err = a.exchange(code)
	eq(t, "the second use of a code", errorCode(err), "invalid_grant")
	status, _ = a.userinfo(tok.AccessToken)
	eq(t, "userinfo after it", status, http.StatusUnauthorized)
	_, err = a.refresh(tok.RefreshToken)
	eq(t, "refresh after it", errorCode(err), "invalid_grant")
}

// checkTess checks all claims of Tess's ID token.
func checkTess(t *testing.T, s *demo.Server, id *oidc.IDToken) {
	t.Helper()
	type claims struct {
		Sub, Name, Email, Picture, Azp string
		Verified                       bool   `json:"email_verified"`
		Username                       string `json:"preferred_username"`
		AuthTime                       int64  `json:"auth_time"`
		Groups, Roles                  []string
	}
	var got claims
	must(t, id.Claims(&got))
	if age := time.Since(time.Unix(got.AuthTime, 0)); age < 0 || age > time.Minute {
		t.Errorf("auth_time is %v ago", age)
	}
	got.AuthTime = 0
	eq(t, "claims", got, claims{
		Sub: "tess", Name: "Tess Demo", Username: "tess", Azp: demo.ClientID,
		Email: "tess@demo.example", Verified: true, Picture: s.Issuer() + "/pictures/tess.png",
		Groups: []string{"Platform", "Release captains", "Coffee roster"}, Roles: []string{"developer"},
	})
}

func TestPeople(t *testing.T) {
	s := start(t, demo.Options{})
	for user, want := range map[string]struct {
		groups   int
		verified bool
		nameOver int
	}{
		"tess": {3, true, 5},
		"ola":  {64, true, 5},
		"sam":  {0, false, 5},
		"noor": {3, true, 60},
	} {
		t.Run(user, func(t *testing.T) {
			a := newApp(t, s)
			tok := a.signIn(newBrowser(t, s.Issuer()), user)
			_, info := a.userinfo(tok.AccessToken)
			groups, isList := info["groups"].([]any)
			if !isList || len(groups) != want.groups || info["email_verified"] != want.verified {
				t.Errorf("%v", info)
			}
			if name, _ := info["name"].(string); len(name) < want.nameOver {
				t.Errorf("name is %q", name)
			}
			res, err := http.Get(info["picture"].(string))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if img, err := png.Decode(res.Body); err != nil || img.Bounds().Dx() != 256 {
				t.Errorf("picture: %v", err)
			}
		})
	}
}

func TestRedirectAddresses(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	for uri, good := range map[string]bool{
		"http://127.0.0.1:5000/callback":     true,
		"http://127.0.0.1/":                  true,
		"http://[::1]:5000/any/path?x=1":     true,
		"http://localhost:80/":               true,
		"https://127.0.0.1:5000/callback":    false,
		"http://127.0.0.1:x@evil.example/":   false,
		"http://127.0.0.1@evil.example/":     false,
		"http://evil.example/":               false,
		"http://localhost.evil.example/":     false,
		"http://127.0.0.1:5000/callback#bit": false,
		"claviger:/callback":                 false,
		"":                                   false,
	} {
		a.config.RedirectURL = uri
		b.get(a.link())
		if reached := b.status == http.StatusOK && strings.Contains(b.page, "user-tess"); reached != good || b.back != nil {
			t.Errorf("%q: at %s with %d, want good=%v", uri, b.at, b.status, good)
		}
		if !good && b.status != http.StatusBadRequest {
			t.Errorf("%q: status %d", uri, b.status)
		}
	}
	// The address comes back byte for byte, and its own query stays.
	a.config.RedirectURL = "http://[::1]:5000/any/path?x=1"
	b.get(a.link()).press("user-tess", nil)
	if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' http:") {
		t.Errorf("the answer to the form could not lead back: %s", policy)
	}
	b.press("allow", nil)
	if b.back == nil || b.back.Host != "[::1]:5000" || b.back.Query().Get("x") != "1" {
		t.Errorf("back at %v", b.back)
	}
	if _, err := a.exchange(a.code(b)); err != nil {
		t.Error(err)
	}
}

func TestRefusedRequests(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	without := func(param, value string) string {
		u, _ := url.Parse(a.link())
		q := u.Query()
		q.Del(param)
		if value != "" {
			q.Set(param, value)
		}
		u.RawQuery = q.Encode()
		return u.String()
	}
	for _, c := range []struct{ param, value, want string }{
		{"code_challenge", "", "invalid_request"},
		{"code_challenge_method", "plain", "invalid_request"},
		{"code_challenge_method", "", "invalid_request"},
		{"response_type", "token", "unauthorized_client"},
		{"scope", "profile", "invalid_scope"},
		{"prompt", "none", "login_required"},
		{"prompt", "none login", "invalid_request"},
	} {
		b.get(without(c.param, c.value))
		if b.back == nil {
			t.Errorf("%s=%s: at %s with %d", c.param, c.value, b.at, b.status)
			continue
		}
		q := b.back.Query()
		if q.Get("error") != c.want || q.Get("state") != a.state || q.Get("iss") != s.Issuer() {
			t.Errorf("%s=%s: %v, want %s", c.param, c.value, q, c.want)
		}
	}
	if b.get(without("client_id", "another")); b.status != http.StatusBadRequest || b.back != nil {
		t.Errorf("another client: %d, %v", b.status, b.back)
	}

	// The person says no.
	b.get(a.link()).press("user-sam", nil).press("deny", nil)
	if b.back == nil || b.back.Query().Get("error") != "access_denied" {
		t.Errorf("deny: %v", b.back)
	}
	// A wrong verifier.
	b.get(a.link(oauth2.SetAuthURLParam("prompt", "login"))).press("user-sam", nil).press("allow", nil)
	code := a.code(b)
	a.verifier = oauth2.GenerateVerifier()
	if _, err := a.exchange(code); errorCode(err) != "invalid_grant" {
		t.Errorf("wrong verifier: %v", err)
	}
}

func TestScopesThatShrink(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	a.config.Scopes = append(a.config.Scopes, "unheard-of")
	b.get(a.link()).press("user-tess", nil).
		press("allow", url.Values{"scope-offline_access": {"-"}, "scope-email": {"-"}, "scope-groups": {"-"}})
	tok, err := a.exchange(a.code(b))
	if err != nil {
		t.Fatal(err)
	}
	if tok.Extra("scope") != "openid profile roles" || tok.RefreshToken != "" {
		t.Errorf("scope %q, refresh token %v", tok.Extra("scope"), tok.RefreshToken != "")
	}
	_, info := a.userinfo(tok.AccessToken)
	if _, has := info["email"]; has || info["name"] != "Tess Demo" || info["groups"] != nil {
		t.Errorf("%v", info)
	}
}

func TestSecondSignIn(t *testing.T) {
	s := start(t, demo.Options{})
	a, b := newApp(t, s), newBrowser(t, s.Issuer())
	a.signIn(b, "ola")

	// No one is named: no choosing, but the person is asked.
	if b.get(a.link()); b.at.Path != "/consent" || !strings.Contains(b.page, "Ola Brandvold") {
		t.Errorf("at %s", b.at)
	}
	b.get(b.at.ResolveReference(&url.URL{Path: "/login", RawQuery: b.at.RawQuery + "&choose=1"}).String())
	if b.press("user-tess", nil); b.at.Path != "/consent" || !strings.Contains(b.page, "Tess Demo") {
		t.Errorf("somebody else: at %s", b.at)
	}
	a.signIn(b, "ola")

	for _, c := range []struct{ params, want string }{
		{"login_hint=ola", "back"},
		{"login_hint=ola@demo.example", "back"},
		{"prompt=none", "back"},
		{"login_hint=ola&prompt=consent", "/consent"},
		{"login_hint=ola&prompt=login", "/login"},
		{"prompt=select_account", "/login"},
		{"login_hint=sam", "/login"},
		{"login_hint=sam&prompt=none", "back"},
		{"max_age=0&login_hint=ola", "/login"},
		{"max_age=3600&login_hint=ola", "back"},
	} {
		params, _ := url.ParseQuery(c.params)
		var opts []oauth2.AuthCodeOption
		for k := range params {
			opts = append(opts, oauth2.SetAuthURLParam(k, params.Get(k)))
		}
		b.get(a.link(opts...))
		at := b.at.Path
		if b.back != nil {
			at = "back"
		}
		if at != c.want {
			t.Errorf("%s: at %s, want %s", c.params, at, c.want)
		}
		if c.params == "login_hint=sam&prompt=none" && b.back.Query().Get("error") != "login_required" {
			t.Errorf("%s: %v", c.params, b.back)
		}
		if strings.HasPrefix(c.params, "login_hint=sam") && at == "/login" && !strings.Contains(b.page, `id="user-sam" autofocus`) {
			t.Error("the hinted person has not the focus")
		}
	}
}

func TestRefreshRotation(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	first := a.signIn(newBrowser(t, s.Issuer()), "tess")
	other := a.signIn(newBrowser(t, s.Issuer()), "tess")
	second, err := a.refresh(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken {
		t.Error("the tokens are the old ones")
	}
	id, err := a.idToken(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	old, err := a.idToken(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	var was, is struct {
		AuthTime int64 `json:"auth_time"`
	}
	if err := errors.Join(id.Claims(&is), old.Claims(&was)); err != nil {
		t.Fatal(err)
	}
	if id.Subject != "tess" || id.Nonce != "" || is != was {
		t.Errorf("refreshed ID token: sub %q, nonce %q, auth_time %v and %v", id.Subject, id.Nonce, was, is)
	}

	// The old one again: the whole family ends.
	if _, err := a.refresh(first.RefreshToken); errorCode(err) != "invalid_grant" {
		t.Errorf("reuse: %v", err)
	}
	if _, err := a.refresh(second.RefreshToken); errorCode(err) != "invalid_grant" {
		t.Errorf("the successor after a reuse: %v", err)
	}
	if status, _ := a.userinfo(second.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("the access token after a reuse: %d", status)
	}
	// Another sign-in of the same person is not touched.
	if _, err := a.refresh(other.RefreshToken); err != nil {
		t.Error(err)
	}
}

func TestRefreshWithFewerScopes(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	tok := a.signIn(newBrowser(t, s.Issuer()), "tess")
	status, doc := a.post("/oauth/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {tok.RefreshToken}, "scope": {"openid email"},
	})
	if status != http.StatusOK || doc["scope"] != "openid email" {
		t.Fatalf("%d %v", status, doc["scope"])
	}
	if _, info := a.userinfo(doc["access_token"].(string)); info["name"] != nil || info["email"] == nil {
		t.Errorf("%v", info)
	}
	// RFC 6749 §6: the grant itself is not narrowed.
	next, err := a.refresh(doc["refresh_token"].(string))
	if err != nil || next.Extra("scope") != allScopes {
		t.Errorf("%v, scope %v", err, next.Extra("scope"))
	}
}
