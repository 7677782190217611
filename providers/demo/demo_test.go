package demo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers/demo"
)

// TestMain silences the library, which logs every refused request.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// eq compares what a test got with what it wants.
func eq[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// must ends the test at an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start starts a provider for one test.
func start(t *testing.T, o demo.Options) *demo.Server {
	t.Helper()
	s, err := demo.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// browser is a person's browser: it keeps cookies, follows redirects within
// the provider and stops at the one that leads to the app.
type browser struct {
	t      *testing.T
	issuer string
	http   *http.Client
	// at and page are what it shows.
	at     *url.URL
	status int
	page   string
	header http.Header
	// back is the address of the app that it was sent to.
	back *url.URL
}

func newBrowser(t *testing.T, issuer string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, issuer: issuer, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (b *browser) get(address string) *browser {
	b.t.Helper()
	u, err := url.Parse(b.issuer)
	if err != nil {
		b.t.Fatal(err)
	}
	if u, err = u.Parse(address); err != nil {
		b.t.Fatal(err)
	}
	return b.send(http.MethodGet, u, nil)
}

func (b *browser) send(method string, u *url.URL, form url.Values) *browser {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, u.String(), strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", b.issuer)
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.status, b.page, b.header, b.back = u, res.StatusCode, string(body), res.Header, nil
	if res.StatusCode < 300 || res.StatusCode > 399 {
		return b
	}
	to, err := res.Location()
	if err != nil {
		b.t.Fatal(err)
	}
	if !strings.HasPrefix(to.String(), b.issuer+"/") {
		b.back = to
		return b
	}
	return b.send(http.MethodGet, to, nil)
}

var (
	formRE  = regexp.MustCompile(`(?s)<form [^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	inputRE = regexp.MustCompile(`<(?:input|button)( [^>]*)>`)
	attrRE  = regexp.MustCompile(` ([a-z-]+)(?:="([^"]*)")?`)
)

// press presses the button with that id, with the fields of its form as they
// stand and as set changes them; a value of "-" leaves a field out.
func (b *browser) press(id string, set url.Values) *browser {
	b.t.Helper()
	for _, form := range formRE.FindAllStringSubmatch(b.page, -1) {
		values, found := url.Values{}, false
		for _, input := range inputRE.FindAllStringSubmatch(form[2], -1) {
			attr := map[string]string{}
			for _, a := range attrRE.FindAllStringSubmatch(input[1], -1) {
				attr[a[1]] = a[2]
				if !strings.Contains(a[0], "=") {
					attr[a[1]] = "yes"
				}
			}
			_, checked := attr["checked"]
			switch {
			case attr["id"] == id:
				found = true
			case attr["type"] == "submit", attr["type"] == "checkbox" && !checked:
				continue
			}
			if set.Get(attr["id"]) != "-" && attr["name"] != "" {
				values.Add(attr["name"], attr["value"])
			}
		}
		if !found {
			continue
		}
		for k, v := range set {
			if v[0] != "-" {
				values[k] = v
			}
		}
		to, err := b.at.Parse(form[1])
		if err != nil {
			b.t.Fatal(err)
		}
		return b.send(http.MethodPost, to, values)
	}
	b.t.Fatalf("no button %q at %s:\n%s", id, b.at, b.page)
	return nil
}

// app is an app that signs in: golang.org/x/oauth2 with go-oidc.
type app struct {
	t        *testing.T
	server   *demo.Server
	provider *oidc.Provider
	config   oauth2.Config
	verifier string
	nonce    string
	state    string
}

const allScopes = "openid profile email offline_access groups roles"

func newApp(t *testing.T, s *demo.Server) *app {
	t.Helper()
	p, err := oidc.NewProvider(t.Context(), s.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	endpoint := p.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &app{t: t, server: s, provider: p, config: oauth2.Config{
		ClientID: demo.ClientID, Endpoint: endpoint,
		RedirectURL: "http://127.0.0.1:61234/callback", Scopes: strings.Fields(allScopes),
	}}
}

// link is a fresh authorization request.
func (a *app) link(opts ...oauth2.AuthCodeOption) string {
	a.verifier, a.nonce, a.state = oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	opts = append([]oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.verifier), oidc.Nonce(a.nonce)}, opts...)
	return a.config.AuthCodeURL(a.state, opts...)
}

// code is the code that the browser came back with.
func (a *app) code(b *browser) string {
	a.t.Helper()
	if b.back == nil {
		a.t.Fatalf("the browser is not back but at %s (%d):\n%s", b.at, b.status, b.page)
	}
	q := b.back.Query()
	if q.Get("state") != a.state || q.Get("iss") != a.server.Issuer() || q.Get("code") == "" {
		a.t.Fatalf("came back with %v", q)
	}
	return q.Get("code")
}

func (a *app) exchange(code string) (*oauth2.Token, error) {
	return a.config.Exchange(a.t.Context(), code, oauth2.VerifierOption(a.verifier))
}

// signIn signs a person in with all scopes.
func (a *app) signIn(b *browser, user string) *oauth2.Token {
	a.t.Helper()
	b.get(a.link(oauth2.SetAuthURLParam("prompt", "login consent"))).press("user-"+user, nil).press("allow", nil)
	tok, err := a.exchange(a.code(b))
	if err != nil {
		a.t.Fatal(err)
	}
	return tok
}

// idToken verifies the ID token of a token answer.
func (a *app) idToken(ctx context.Context, tok *oauth2.Token) (*oidc.IDToken, error) {
	raw, _ := tok.Extra("id_token").(string)
	id, err := a.provider.Verifier(&oidc.Config{ClientID: demo.ClientID}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	return id, nil
}

func (a *app) refresh(token string) (*oauth2.Token, error) {
	return a.config.TokenSource(a.t.Context(), &oauth2.Token{RefreshToken: token}).Token()
}

// post sends a form to an endpoint.
func (a *app) post(path string, form url.Values) (int, map[string]any) {
	a.t.Helper()
	form.Set("client_id", demo.ClientID)
	req, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.server.Issuer()+path, strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	doc := map[string]any{}
	_ = json.NewDecoder(res.Body).Decode(&doc)
	return res.StatusCode, doc
}

// userinfo asks with an access token and returns status and claims.
func (a *app) userinfo(token string) (int, map[string]any) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.server.Issuer()+"/userinfo", nil)
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusUnauthorized && !strings.Contains(res.Header.Get("WWW-Authenticate"), "invalid_token") {
		a.t.Errorf("WWW-Authenticate is %q", res.Header.Get("WWW-Authenticate"))
	}
	doc := map[string]any{}
	_ = json.NewDecoder(res.Body).Decode(&doc)
	return res.StatusCode, doc
}

// errorCode is the OAuth error code of a refused token request.
func errorCode(err error) string {
	if err == nil {
		return "no error"
	}
	var re *oauth2.RetrieveError
	if errors.As(err, &re) {
		return re.ErrorCode
	}
	return fmt.Sprintf("%T", err)
}
