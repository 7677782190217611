package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/demo"
)

var (
	hiddenRE = regexp.MustCompile(`name="request" value="([^"]*)"`)
	scopeRE  = regexp.MustCompile(`name="scope" value="([^"]*)"`)
)

// demoPerson sits at a browser, chooses Tess at the demo provider's page and
// allows what is asked. It follows redirects to the app too.
func demoPerson(t *testing.T) func(context.Context, string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	send := func(method, address string, form url.Values) (*url.URL, string, error) {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		if err != nil {
			return nil, "", err
		}
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host)
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, "", err
		}
		defer func() { _ = resp.Body.Close() }()
		b, err := io.ReadAll(resp.Body)
		return resp.Request.URL, string(b), err
	}
	return func(_ context.Context, link string) error {
		at, page, err := send(http.MethodGet, link, nil)
		for err == nil {
			hidden := hiddenRE.FindStringSubmatch(page)
			if hidden == nil {
				return nil // back at the app
			}
			form := url.Values{"request": {hidden[1]}}
			if at.Path == "/login" {
				form.Set("user", "tess")
			} else {
				form.Set("answer", "allow")
				for _, s := range scopeRE.FindAllStringSubmatch(page, -1) {
					form.Add("scope", s[1])
				}
			}
			to := *at
			to.RawQuery = ""
			at, page, err = send(http.MethodPost, to.String(), form)
		}
		return err
	}
}

func startDemo(t *testing.T) *demo.Server {
	t.Helper()
	s, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func demoAgent(t *testing.T, s *demo.Server) *auth.Agent {
	t.Helper()
	set, err := providers.Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := auth.New(auth.Options{
		Lookup: set.Lookup, Browser: demoPerson(t),
		Prepare: func(_ context.Context, p *providers.Provider) error {
			*p = *s.Provider(p)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// The whole way: the real demo provider, discovery, the preset's mappings.
func TestSignInAtTheDemo(t *testing.T) {
	a := demoAgent(t, startDemo(t))
	account, err := a.SignIn(t.Context(), auth.SignInRequest{Provider: "demo", Groups: true, Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if account.User.Name != "Tess Demo" || account.User.ID == "" || len(account.Groups) == 0 || !account.CanRefresh || !account.HasIDToken {
		t.Errorf("account is %+v", account)
	}
	for _, name := range []string{"signature", "iss", "aud", "nonce", "exp", "iat", "sub"} {
		if !slices.ContainsFunc(account.Checks, func(c idtoken.Check) bool { return c.Name == name && c.Outcome == idtoken.Passed }) {
			t.Errorf("%s is not passed: %+v", name, account.Checks)
		}
	}
}

func TestDemoMisbehaves(t *testing.T) {
	tests := map[string]struct {
		bad  demo.Misbehaviour
		want error
		text string
	}{
		"wrong nonce":     {demo.Misbehaviour{WrongNonce: true}, auth.ErrIDToken, "nonce"},
		"wrong issuer":    {demo.Misbehaviour{WrongIssuer: true}, auth.ErrIDToken, "iss"},
		"wrong audience":  {demo.Misbehaviour{WrongAud: true}, auth.ErrIDToken, "aud"},
		"wrong azp":       {demo.Misbehaviour{WrongAzp: true}, auth.ErrIDToken, "azp"},
		"wrong at_hash":   {demo.Misbehaviour{WrongAtHash: true}, auth.ErrIDToken, "at_hash"},
		"expired":         {demo.Misbehaviour{ExpiredIDToken: true}, auth.ErrIDToken, "exp"},
		"none":            {demo.Misbehaviour{AlgNone: true}, auth.ErrIDToken, "signature"},
		"HS256":           {demo.Misbehaviour{HS256: true}, auth.ErrIDToken, "signature"},
		"bad signature":   {demo.Misbehaviour{BadSignature: true}, auth.ErrIDToken, "signature"},
		"no ID token":     {demo.Misbehaviour{NoIDToken: true}, oauth.ErrAnswer, "no ID token"},
		"wrong subject":   {demo.Misbehaviour{WrongSubject: true}, auth.ErrIDToken, "userinfo"},
		"clock":           {demo.Misbehaviour{Skew: 5 * time.Minute}, auth.ErrIDToken, "clock"},
		"wrong iss":       {demo.Misbehaviour{WrongIss: true}, oauth.ErrIssMismatch, ""},
		"no iss":          {demo.Misbehaviour{NoIss: true}, oauth.ErrIssMismatch, ""},
		"500":             {demo.Misbehaviour{Endpoint: "token", Status: 500, Body: "html"}, oauth.ErrAnswer, "problem"},
		"html":            {demo.Misbehaviour{Endpoint: "token", Body: "html"}, oauth.ErrAnswer, "HTML"},
		"empty":           {demo.Misbehaviour{Endpoint: "token", Body: "empty"}, oauth.ErrAnswer, "empty"},
		"20 MB":           {demo.Misbehaviour{Endpoint: "token", Body: "huge"}, oauth.ErrAnswer, "1 MiB"},
		"form":            {demo.Misbehaviour{FormEncoded: true}, nil, ""},
		"text lifetime":   {demo.Misbehaviour{ExpiresIn: "string"}, nil, ""},
		"no lifetime":     {demo.Misbehaviour{ExpiresIn: "missing"}, nil, ""},
		"commas":          {demo.Misbehaviour{CommaScopes: true}, nil, ""},
		"no refresh":      {demo.Misbehaviour{NoRefresh: true}, nil, ""},
		"200 with error":  {demo.Misbehaviour{Status: 200, Error: "invalid_grant"}, nil, "invalid_grant"},
		"person says no":  {demo.Misbehaviour{AuthorizationError: "access_denied"}, nil, "access_denied"},
		"no userinfo now": {demo.Misbehaviour{Endpoint: "userinfo", Status: 403}, nil, ""},
	}
	s := startDemo(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := demoAgent(t, s)
			s.Misbehave(tt.bad)
			account, err := a.SignIn(t.Context(), auth.SignInRequest{Provider: "demo", Timeout: 30 * time.Second})
			switch {
			case tt.want == nil && tt.text == "":
				if err != nil || account.User.Name != "Tess Demo" {
					t.Errorf("%+v, %v", account, err)
				}
			case account != nil || err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text):
				t.Errorf("%+v, %v", account, err)
			}
		})
	}
}
