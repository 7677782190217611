package authtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
)

func agentOf(t *testing.T, p *authtest.Provider, b *authtest.Browser) *auth.Agent {
	t.Helper()
	a, err := auth.New(auth.Options{Lookup: p.Lookup, Browser: b.Open})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func TestSignIn(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{Twice: true}
	a := agentOf(t, p, b)
	acc, err := a.SignIn(t.Context(), auth.SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	if acc.User.Name != authtest.Mira.Name || len(b.Opened()) != 1 {
		t.Errorf("account = %+v", acc)
	}
	if v := b.Wait(); len(v) != 2 || v[0].Status != http.StatusOK {
		t.Errorf("visits = %+v", v)
	}
	if p.Count(authtest.Token) != 1 || p.Count(authtest.Authorize) != 1 {
		t.Errorf("requests = %+v", p.Requests())
	}
}

func TestPersonDenies(t *testing.T) {
	p := authtest.NewProvider(t)
	_, err := agentOf(t, p, &authtest.Browser{Deny: true}).SignIn(t.Context(), auth.SignInRequest{Provider: "authtest"})
	var refused *oauth.ProviderError
	if !errors.As(err, &refused) || refused.Code != "access_denied" {
		t.Errorf("err = %v", err)
	}
}

func TestStraysAreIgnored(t *testing.T) {
	p := authtest.NewProvider(t)
	b := &authtest.Browser{Before: func(ctx context.Context, callback *url.URL) {
		stray := *callback
		stray.RawQuery = "state=wrong&code=stolen"
		if v := authtest.Get(ctx, stray.String()); v.Status != http.StatusBadRequest {
			t.Errorf("stray was answered %d", v.Status)
		}
	}}
	if _, err := agentOf(t, p, b).SignIn(t.Context(), auth.SignInRequest{Provider: "authtest"}); err != nil {
		t.Errorf("a stray request ended the sign-in: %v", err)
	}
}

func TestChangedStateNeverSignsIn(t *testing.T) {
	p := authtest.NewProvider(t)
	b := &authtest.Browser{Change: func(v url.Values) { v.Set("state", "x") }}
	_, err := agentOf(t, p, b).SignIn(t.Context(), auth.SignInRequest{Provider: "authtest", Timeout: 300 * time.Millisecond})
	if !errors.Is(err, auth.ErrTimeout) {
		t.Errorf("err = %v, want ErrTimeout", err)
	}
}

// post sends a token request and returns its error code.
func post(t *testing.T, p *authtest.Provider, form url.Values) (code, refresh string) {
	t.Helper()
	form.Set("client_id", authtest.ClientID)
	resp, err := http.PostForm(p.URL+"/token", form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	var out struct {
		Error   string `json:"error"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return out.Error, out.Refresh
}

func TestReuseOfARefreshTokenEndsTheGrant(t *testing.T) {
	p := authtest.NewProvider(t)
	first := p.Issue(time.Hour, "openid").Refresh
	use := func(token string) (string, string) {
		return post(t, p, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
	}
	code, second := use(first)
	if code != "" || second == "" {
		t.Fatalf("refresh: %s", code)
	}
	if code, _ := use(first); code != "invalid_grant" {
		t.Errorf("reuse: %q", code)
	}
	if code, _ := use(second); code != "invalid_grant" {
		t.Errorf("after reuse the newer one: %q", code)
	}
}

func TestWrongVerifier(t *testing.T) {
	p := authtest.NewProvider(t)
	q := url.Values{
		"client_id": {authtest.ClientID}, "response_type": {"code"}, "redirect_uri": {"http://127.0.0.1:1/callback"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"}, "state": {"s"},
	}
	page := authtest.Get(t.Context(), p.URL+"/authorize?"+q.Encode())
	back, err := url.Parse(page.Header.Get("Location"))
	if err != nil || back.Query().Get("code") == "" {
		t.Fatalf("authorize: %d %v", page.Status, err)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")},
		"redirect_uri": {"http://127.0.0.1:1/callback"}, "code_verifier": {"not the one"},
	}
	if code, _ := post(t, p, form); code != "invalid_grant" {
		t.Errorf("wrong verifier: %q", code)
	}
	form.Set("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") // RFC 7636 appendix B
	if code, _ := post(t, p, form); code != "invalid_grant" {
		t.Errorf("a code was good twice: %q", code)
	}
}

func TestRoundTrips(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{Together: []string{authtest.Keys, authtest.Keys, authtest.Keys}})
	done := make(chan struct{})
	for range 3 {
		go func() { authtest.Get(t.Context(), p.URL+"/keys"); done <- struct{}{} }()
	}
	for range 3 {
		<-done
	}
	authtest.Get(t.Context(), p.URL+"/keys")
	if n := p.RoundTrips(); n != 2 {
		t.Errorf("%d round trips, want 2", n)
	}
}

func TestFaults(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Keys: {Status: 503, Times: 1}, authtest.Userinfo: authtest.CutOff}})
	if v := authtest.Get(t.Context(), p.URL+"/keys"); v.Status != 503 {
		t.Errorf("first: %d", v.Status)
	}
	if v := authtest.Get(t.Context(), p.URL+"/keys"); v.Status != 200 {
		t.Errorf("second: %d", v.Status)
	}
	if v := authtest.Get(t.Context(), p.URL+"/userinfo"); v.Err == nil {
		t.Error("it was not cut")
	}
}
