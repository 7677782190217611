package auth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
)

// The nonces of authorization server and API are fetched, remembered and
// replaced, each with one more request.
func TestNonces(t *testing.T) {
	p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
	p.Behave(authtest.Behaviour{RequireDPoP: true, DPoPNonce: "first"})
	a := boundAgent(t, p, b, store, "auto")
	account := signInBound(t, a)
	want := func(what, endpoint string, n int) {
		t.Helper()
		if got := p.Count(endpoint); got != n {
			t.Errorf("%s: %d requests, want %d", what, got, n)
		}
		p.Forget()
	}
	if n := p.Count(authtest.Userinfo); n != 1 {
		t.Errorf("%d requests for user info: the nonce of the token answer is not used", n)
	}
	want("sign-in", authtest.Token, 2)
	refresh := func() {
		t.Helper()
		if _, err := a.Refresh(t.Context(), account.ID); err != nil {
			t.Fatal(err)
		}
	}
	refresh()
	want("nonce known", authtest.Token, 1)
	p.Behave(authtest.Behaviour{RequireDPoP: true, DPoPNonce: "second"})
	refresh()
	want("nonce replaced", authtest.Token, 2)
	c, err := a.Client(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	if resp := send(t, c, http.MethodPost, p.URL+"/api/x", "a body that is sent once more"); resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
	want("API, first nonce", authtest.API, 2)
	p.Behave(authtest.Behaviour{RequireDPoP: true, DPoPNonce: "third"})
	// A body that cannot be sent again is not; the next request has the nonce.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL+"/api/x", io.MultiReader(strings.NewReader("once")))
	if resp, err := c.Do(req); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("%v, %v", resp, err)
	}
	want("once", authtest.API, 1)
	if resp := send(t, c, http.MethodGet, p.URL+"/api/x", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
	if p.Refreshes() != 0 {
		t.Error("a nonce that was asked for led to a refresh")
	}
	want("nonce replaced", authtest.API, 1)
}

// A server that is never content is asked twice and no more.
func TestNonceLoops(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	p.Behave(authtest.Behaviour{RequireDPoP: true, NonceLoop: true})
	a := boundAgent(t, p, b, newMemStore(), "auto")
	_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if oauth.Code(err) != "use_dpop_nonce" || p.Count(authtest.Token) != 2 {
		t.Errorf("%v after %d requests", err, p.Count(authtest.Token))
	}
	if found := problem.Explain(err, p.Config(), ""); !strings.Contains(found.Title, "proof") || strings.Contains(found.Title, "{") {
		t.Errorf("problem %+v", found)
	}
	p.Behave(authtest.Behaviour{RequireDPoP: true})
	account := signInBound(t, a)
	p.Behave(authtest.Behaviour{RequireDPoP: true, NonceLoop: true})
	p.Forget()
	if _, err := a.Refresh(t.Context(), account.ID); oauth.Code(err) != "use_dpop_nonce" || errors.Is(err, oauth.ErrNeedsSignIn) || p.Count(authtest.Token) != 2 {
		t.Errorf("refresh: %v after %d requests", err, p.Count(authtest.Token))
	}
	c, err := a.Client(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Forget()
	if resp := send(t, c, http.MethodGet, p.URL+"/api/x", ""); resp.StatusCode != http.StatusUnauthorized || p.Count(authtest.API) != 2 || p.Refreshes() != 0 {
		t.Errorf("%d after %d requests and %d refreshes", resp.StatusCode, p.Count(authtest.API), p.Refreshes())
	}
}

// With a pushed request the nonce is here before the code is.
func TestRoundTripsWithProofs(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{RequireDPoP: true, PAR: true, DPoPNonce: "n", Together: []string{authtest.Userinfo, authtest.Groups}})
	b, observe := forgetful(p)
	if _, err := boundAgent(t, p, b, nil, "auto").SignIn(t.Context(), SignInRequest{Provider: "authtest", Groups: true, Observe: observe}); err != nil {
		t.Fatal(err)
	}
	if n := p.RoundTrips(); n != 2 {
		t.Errorf("%d round trips: %+v", n, p.Requests())
	}
}

// Proofs go by the server's clock, which is learnt from any answer.
func TestProofsOfAWrongClock(t *testing.T) {
	for _, ahead := range []time.Duration{-2 * time.Hour, 2 * time.Hour} {
		for scopes, requests := range map[string]int{"openid": 1, "profile": 2} {
			keys := make(chan struct{})
			p := authtest.NewProvider(t)
			b := &authtest.Browser{Before: func(context.Context, *url.URL) {
				if scopes == "openid" {
					<-keys // the person is still typing
				}
			}}
			p.Behave(authtest.Behaviour{RequireDPoP: true, ClockAhead: ahead})
			a := boundAgent(t, p, b, nil, "auto")
			_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Scopes: []string{scopes}, Observe: func(e trace.Event) {
				if e.Name == "Keys" && e.Phase == trace.Done {
					close(keys)
				}
			}})
			if err != nil {
				t.Fatalf("%v, %s: %v", ahead, scopes, err)
			}
			// Without OpenID there are no keys to learn it from.
			if n := p.Count(authtest.Token); n != requests || p.Count(authtest.Userinfo) != 1 {
				t.Errorf("%v, %s: %d token requests, %d for user info", ahead, scopes, n, p.Count(authtest.Userinfo))
			}
		}
	}
}
