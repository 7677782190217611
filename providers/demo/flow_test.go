package demo_test

import (
	"errors"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"claviger/providers"
	"claviger/providers/demo"
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
	b.press("allow", nil)
	code := a.code(b)
	tok, err := a.exchange(code)
	if err != nil {
		t.Fatal(err)
	}
	id, err := a.idToken(t.Context(), tok)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.VerifyAccessToken(tok.AccessToken); err != nil {
		t.Error(err)
	}
	if id.Nonce != a.nonce {
		t.Errorf("nonce %q, want %q", id.Nonce, a.nonce)
	}
	if ttl := time.Until(tok.Expiry); ttl < 4*time.Minute || ttl > 5*time.Minute {
		t.Errorf("the access token is good for %v", ttl)
	}
	if tok.Extra("scope") != allScopes {
		t.Errorf("scope is %q", tok.Extra("scope"))
	}
	var claims struct {
		Sub, Name, Email, Picture, Azp string
		Verified                       bool   `json:"email_verified"`
		Username                       string `json:"preferred_username"`
		AuthTime                       int64  `json:"auth_time"`
		Groups, Roles                  []string
	}
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if age := time.Since(time.Unix(claims.AuthTime, 0)); age < 0 || age > time.Minute {
		t.Errorf("auth_time is %v ago", age)
	}
	claims.AuthTime = 0
	want := claims
	want.Sub, want.Name, want.Email, want.Username, want.Azp = "tess", "Tess Demo", "tess@demo.example", "tess", demo.ClientID
	want.Verified, want.Picture = true, s.Issuer()+"/pictures/tess.png"
	want.Groups, want.Roles = []string{"Platform", "Release captains", "Coffee roster"}, []string{"developer"}
	if d := cmp.Diff(want, claims); d != "" {
		t.Error(d)
	}

	status, info := a.userinfo(tok.AccessToken)
	if status != http.StatusOK || info["sub"] != "tess" || info["name"] != "Tess Demo" || len(info["groups"].([]any)) != 3 {
		t.Errorf("userinfo: %d %v", status, info)
	}

	// A code works once, and trying again ends what it gave (RFC 6749 §4.1.2).
	if _, err := a.exchange(code); errorCode(err) != "invalid_grant" {
		t.Errorf("the second use of a code: %v", err)
	}
	if status, _ := a.userinfo(tok.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo after the second use of a code: %d", status)
	}
	if _, err := a.refresh(tok.RefreshToken); errorCode(err) != "invalid_grant" {
		t.Errorf("refresh after the second use of a code: %v", err)
	}
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

	// Nobody is named: no choosing, but the person is asked.
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

func TestRevocationAndIntrospection(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	active := func(token string) bool {
		status, doc := a.post("/oauth/introspect", url.Values{"token": {token}})
		if status != http.StatusOK {
			t.Errorf("introspection: %d", status)
		}
		on, _ := doc["active"].(bool)
		if on && (doc["sub"] != "ola" || doc["client_id"] != demo.ClientID || doc["scope"] != allScopes || doc["exp"] == nil) {
			t.Errorf("introspection: %v", doc)
		}
		return on
	}
	tok := a.signIn(newBrowser(t, s.Issuer()), "ola")
	if !active(tok.AccessToken) || !active(tok.RefreshToken) || active("nothing") {
		t.Error("introspection is wrong about fresh tokens")
	}
	// The access token alone.
	if status, _ := a.post("/revoke", url.Values{"token": {tok.AccessToken}, "token_type_hint": {"access_token"}}); status != http.StatusOK {
		t.Errorf("revocation: %d", status)
	}
	if active(tok.AccessToken) || !active(tok.RefreshToken) {
		t.Error("revoking the access token")
	}
	tok, err := a.refresh(tok.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	// The refresh token, and its access token with it.
	if status, _ := a.post("/revoke", url.Values{"token": {tok.RefreshToken}, "token_type_hint": {"refresh_token"}}); status != http.StatusOK {
		t.Errorf("revocation: %d", status)
	}
	if active(tok.AccessToken) || active(tok.RefreshToken) {
		t.Error("revoking the refresh token")
	}
	if _, err := a.refresh(tok.RefreshToken); errorCode(err) != "invalid_grant" {
		t.Errorf("refresh after revocation: %v", err)
	}
	// RFC 7009 §2.2: an unknown token is fine.
	if status, _ := a.post("/revoke", url.Values{"token": {"nothing"}}); status != http.StatusOK {
		t.Errorf("revoking nothing: %d", status)
	}
}

func TestDeviceFlow(t *testing.T) {
	s := start(t, demo.Options{})
	for _, answer := range []string{"allow", "deny"} {
		t.Run(answer, func(t *testing.T) {
			a, b := newApp(t, s), newBrowser(t, s.Issuer())
			a.config.Endpoint.DeviceAuthURL = s.Issuer() + "/device_authorization"
			auth, err := a.config.DeviceAuth(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			poll := func() (int, map[string]any) {
				return a.post("/oauth/token", url.Values{
					"grant_type":  {"urn:ietf:params:oauth:grant-type:device_code"},
					"device_code": {auth.DeviceCode},
				})
			}
			if _, doc := poll(); doc["error"] != "authorization_pending" {
				t.Errorf("%v", doc)
			}
			if _, doc := poll(); doc["error"] != "slow_down" {
				t.Errorf("polled at once again: %v", doc)
			}
			b.get(auth.VerificationURI).press("continue", url.Values{"user_code": {"AAAA-AAAA"}})
			if b.status != http.StatusBadRequest || !strings.Contains(b.page, `role="alert"`) {
				t.Errorf("wrong code: %d", b.status)
			}
			// People type it their way.
			typed := strings.ToLower(strings.ReplaceAll(auth.UserCode, "-", " "))
			b.get(auth.VerificationURI).press("continue", url.Values{"user_code": {typed}})
			b.press("user-tess", nil)
			if !strings.Contains(b.page, auth.UserCode) {
				t.Error("the consent page does not show the code")
			}
			if b.press(answer, nil); b.status != http.StatusOK || b.back != nil {
				t.Errorf("at %s, %d", b.at, b.status)
			}
			status, doc := poll()
			if answer == "deny" {
				if doc["error"] != "access_denied" {
					t.Errorf("%v", doc)
				}
				return
			}
			if status != http.StatusOK || doc["id_token"] == nil || doc["scope"] != allScopes {
				t.Fatalf("%d %v", status, doc["error"])
			}
			if _, info := a.userinfo(doc["access_token"].(string)); info["sub"] != "tess" {
				t.Errorf("%v", info)
			}
			if _, err := a.refresh(doc["refresh_token"].(string)); err != nil {
				t.Error(err)
			}
			if status, _ := poll(); status == http.StatusOK {
				t.Error("a device code worked twice")
			}
		})
	}
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
