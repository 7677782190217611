package demo_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers/demo"
)

// tokenAnswer refreshes and returns the raw answer.
func (a *app) tokenAnswer(refresh string) (*http.Response, []byte, error) {
	a.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {demo.ClientID}}
	res, err := http.PostForm(a.server.Issuer()+"/oauth/token", form)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

func TestWrongIDTokens(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	// strict is what a careful client checks.
	strict := func(raw, access, nonce string) error {
		id, err := a.provider.Verifier(&oidc.Config{ClientID: demo.ClientID}).Verify(t.Context(), raw)
		if err != nil {
			return err
		}
		var claims struct{ Azp string }
		switch err := errors.Join(id.VerifyAccessToken(access), id.Claims(&claims)); {
		case err != nil:
			return err
		case id.Nonce != nonce:
			return errors.New("nonce")
		case claims.Azp != demo.ClientID:
			return errors.New("azp")
		}
		return nil
	}
	for name, c := range map[string]struct {
		bad  demo.Misbehaviour
		want string
	}{
		"right":      {demo.Misbehaviour{}, ""},
		"opaque":     {demo.Misbehaviour{Opaque: true}, ""},
		"small skew": {demo.Misbehaviour{Skew: 5 * time.Minute}, ""},
		"nonce":      {demo.Misbehaviour{WrongNonce: true}, "nonce"},
		"issuer":     {demo.Misbehaviour{WrongIssuer: true}, "different provider"},
		"audience":   {demo.Misbehaviour{WrongAud: true}, "audience"},
		"azp":        {demo.Misbehaviour{WrongAzp: true}, "azp"},
		"at_hash":    {demo.Misbehaviour{WrongAtHash: true}, "access token hash"},
		"expired":    {demo.Misbehaviour{ExpiredIDToken: true}, "expired"},
		"big skew":   {demo.Misbehaviour{Skew: -2 * time.Hour}, "expired"},
		"none":       {demo.Misbehaviour{AlgNone: true}, "none"},
		"hs256":      {demo.Misbehaviour{HS256: true}, "HS256"},
		"signature":  {demo.Misbehaviour{BadSignature: true}, "failed to verify signature"},
		"missing":    {demo.Misbehaviour{NoIDToken: true}, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			s.Misbehave(c.bad)
			tok := a.signIn(newBrowser(t, s.Issuer()), "tess")
			raw, _ := tok.Extra("id_token").(string)
			err := strict(raw, tok.AccessToken, a.nonce)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if jwt := strings.Count(tok.AccessToken, ".") == 2; jwt == c.bad.Opaque {
				t.Errorf("access token is a JWT: %v", jwt)
			}
			if status, info := a.userinfo(tok.AccessToken); status != http.StatusOK || info["sub"] != "tess" {
				t.Errorf("userinfo %d", status)
			}
		})
	}
}

func TestWrongWayBack(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	prompt := oauth2.SetAuthURLParam("prompt", "consent")
	for name, c := range map[string]struct {
		bad  demo.Misbehaviour
		want func(q url.Values) bool
	}{
		"iss":    {demo.Misbehaviour{WrongIss: true}, func(q url.Values) bool { return q.Has("iss") && q.Get("iss") != s.Issuer() }},
		"no iss": {demo.Misbehaviour{NoIss: true}, func(q url.Values) bool { return !q.Has("iss") && q.Has("code") }},
		"state":  {demo.Misbehaviour{WrongState: true}, func(q url.Values) bool { return q.Get("state") != a.state }},
	} {
		s.Misbehave(c.bad)
		b := newBrowser(t, s.Issuer()).get(a.link(prompt)).press("user-tess", nil).press("allow", nil)
		if b.back == nil || !c.want(b.back.Query()) {
			t.Errorf("%s: %v", name, b.back)
		}
		s.Misbehave(demo.Misbehaviour{})
	}
	s.Misbehave(demo.Misbehaviour{AuthorizationError: "temporarily_unavailable"})
	b := newBrowser(t, s.Issuer()).get(a.link())
	if b.back == nil || b.back.Query().Get("error") != "temporarily_unavailable" || b.back.Query().Get("state") != a.state {
		t.Errorf("authorization error: %v", b.back)
	}
}

// wrongAnswer is a misbehaviour and how it shows.
type wrongAnswer struct {
	bad  demo.Misbehaviour
	want func(res *http.Response, body []byte, doc map[string]any) bool
}

func wrongFields() map[string]wrongAnswer {
	return map[string]wrongAnswer{
		"string": {demo.Misbehaviour{ExpiresIn: "string"}, func(_ *http.Response, _ []byte, doc map[string]any) bool {
			return doc["expires_in"] == "299" || doc["expires_in"] == "300"
		}},
		"missing": {demo.Misbehaviour{ExpiresIn: "missing"}, func(_ *http.Response, _ []byte, doc map[string]any) bool {
			return doc["access_token"] != nil && doc["expires_in"] == nil
		}},
		"comma": {demo.Misbehaviour{CommaScopes: true}, func(_ *http.Response, _ []byte, doc map[string]any) bool {
			return doc["scope"] == strings.ReplaceAll(allScopes, " ", ",")
		}},
		"no refresh": {demo.Misbehaviour{NoRefresh: true}, func(_ *http.Response, _ []byte, doc map[string]any) bool {
			return doc["access_token"] != nil && doc["refresh_token"] == nil
		}},
		"form": {demo.Misbehaviour{FormEncoded: true}, func(res *http.Response, body []byte, _ map[string]any) bool {
			form, err := url.ParseQuery(string(body))
			return err == nil && form.Get("access_token") != "" && form.Get("token_type") == "Bearer" &&
				(form.Get("expires_in") == "299" || form.Get("expires_in") == "300") &&
				res.Header.Get("Content-Type") == "application/x-www-form-urlencoded"
		}},
	}
}

func wrongBodies() map[string]wrongAnswer {
	return map[string]wrongAnswer{
		"error": {demo.Misbehaviour{Error: "invalid_client"}, func(res *http.Response, _ []byte, doc map[string]any) bool {
			return res.StatusCode == http.StatusBadRequest && doc["error"] == "invalid_client"
		}},
		"error in 200": {demo.Misbehaviour{Error: "bad_verification_code", Status: 200}, func(res *http.Response, _ []byte, doc map[string]any) bool {
			return res.StatusCode == http.StatusOK && doc["error"] == "bad_verification_code"
		}},
		"500": {demo.Misbehaviour{Status: 500}, func(res *http.Response, _ []byte, doc map[string]any) bool {
			return res.StatusCode == 500 && doc["error"] == "server_error"
		}},
		"html": {demo.Misbehaviour{Status: 502, Body: "html"}, func(res *http.Response, body []byte, _ map[string]any) bool {
			return res.StatusCode == 502 && strings.HasPrefix(string(body), "<!doctype html>")
		}},
		"empty": {demo.Misbehaviour{Body: "empty"}, func(res *http.Response, body []byte, _ map[string]any) bool {
			return res.StatusCode == 200 && len(body) == 0
		}},
		"huge": {demo.Misbehaviour{Body: "huge"}, func(_ *http.Response, body []byte, _ map[string]any) bool {
			return len(body) >= 20<<20 && json.Valid(body)
		}},
		"another endpoint": {demo.Misbehaviour{Status: 500, Endpoint: "userinfo"}, func(res *http.Response, _ []byte, doc map[string]any) bool {
			return res.StatusCode == 200 && doc["access_token"] != nil
		}},
	}
}

func TestWrongTokenAnswers(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	all := wrongFields()
	maps.Copy(all, wrongBodies())
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			s.Misbehave(demo.Misbehaviour{})
			tok := a.signIn(newBrowser(t, s.Issuer()), "tess")
			s.Misbehave(c.bad)
			res, body, err := a.tokenAnswer(tok.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			doc := map[string]any{}
			_ = json.Unmarshal(body, &doc)
			if !c.want(res, body, doc) {
				t.Errorf("%d, %d bytes", res.StatusCode, len(body))
			}
		})
	}
	t.Run("cut", func(t *testing.T) {
		s.Misbehave(demo.Misbehaviour{Body: "cut"})
		if _, body, err := a.tokenAnswer("x"); err == nil {
			t.Errorf("the answer came whole: %d bytes", len(body))
		}
	})
}

func TestUserinfoOfAnother(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	tok := a.signIn(newBrowser(t, s.Issuer()), "tess")
	s.Misbehave(demo.Misbehaviour{WrongSubject: true})
	if _, info := a.userinfo(tok.AccessToken); info["sub"] == "tess" || info["name"] != "Tess Demo" {
		t.Errorf("%v", info)
	}
	s.Misbehave(demo.Misbehaviour{Status: 403, Endpoint: "userinfo"})
	if status, _ := a.userinfo(tok.AccessToken); status != 403 {
		t.Errorf("status %d", status)
	}
}

func TestExpireAndRevoke(t *testing.T) {
	s := start(t, demo.Options{})
	a := newApp(t, s)
	tok := a.signIn(newBrowser(t, s.Issuer()), "tess")
	s.Misbehave(demo.Misbehaviour{ExpireNow: true})
	if status, _ := a.userinfo(tok.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("expired: %d", status)
	}
	tok, err := a.refresh(tok.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := a.userinfo(tok.AccessToken); status != http.StatusOK {
		t.Errorf("refreshed: %d", status)
	}
	s.Misbehave(demo.Misbehaviour{RevokeAll: true})
	if _, err := a.refresh(tok.RefreshToken); errorCode(err) != "invalid_grant" {
		t.Errorf("revoked: %v", err)
	}
	s.Misbehave(demo.Misbehaviour{})
	s.SetAccessTTL(time.Hour)
	tok = a.signIn(newBrowser(t, s.Issuer()), "tess")
	if ttl := time.Until(tok.Expiry); ttl < 59*time.Minute {
		t.Errorf("good for %v", ttl)
	}
}

func TestSlow(t *testing.T) {
	s := start(t, demo.Options{})
	const delay = 60 * time.Millisecond
	s.Misbehave(demo.Misbehaviour{Delay: delay})
	for _, path := range []string{"/.well-known/openid-configuration", "/keys", "/userinfo"} {
		begin := time.Now()
		res, err := http.Get(s.Issuer() + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if took := time.Since(begin); took < delay {
			t.Errorf("%s took %v", path, took)
		}
	}
}

func TestLab(t *testing.T) {
	s := start(t, demo.Options{})
	b := newBrowser(t, s.Issuer())
	a := newApp(t, s)
	tok := a.signIn(newBrowser(t, s.Issuer()), "tess")

	b.get("/lab").press("set", url.Values{"nonce": {"on"}, "ttl": {"77"}, "delay": {"1"}, "error": {"slow_down"}})
	if !strings.Contains(b.page, `id="lab-nonce" checked`) || !strings.Contains(b.page, `value="77"`) || !strings.Contains(b.page, `value="slow_down"`) {
		t.Errorf("the lab does not show what was set:\n%s", b.page)
	}
	if _, err := a.refresh(tok.RefreshToken); errorCode(err) != "slow_down" {
		t.Errorf("%v", err)
	}
	if b.press("behave", nil); strings.Contains(b.page, "checked") {
		t.Error("still misbehaves")
	}
	next, err := a.refresh(tok.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if ttl := time.Until(next.Expiry); ttl > 77*time.Second || ttl < 60*time.Second {
		t.Errorf("good for %v", ttl)
	}
	b.press("expire", nil)
	if status, _ := a.userinfo(next.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("expire: %d", status)
	}
	b.press("revoke", nil)
	if _, err := a.refresh(next.RefreshToken); errorCode(err) != "invalid_grant" {
		t.Errorf("revoke: %v", err)
	}
	if b.press("set", url.Values{"token": {"guessed"}, "none": {"on"}}); b.status != http.StatusForbidden {
		t.Errorf("without the token: %d", b.status)
	}
}
