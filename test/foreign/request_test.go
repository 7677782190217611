//go:build foreign

package foreign

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Pushed requests are used even if they are only offered (RFC 9126), and an error
// that would have stayed in the browser comes back at once.
func TestPushedRequestOffered(t *testing.T) {
	t.Parallel()
	features := object{"pushedAuthorizationRequests": object{"enabled": true}}
	w := newWorld(t)
	w.harbour(startOIDCProvider(t, object{"config": object{"features": features}}))
	w.login("harbour")
	if q := w.browser.query("request_uri"); q == nil || q.Has("scope") || q.Has("redirect_uri") || q.Has("code_challenge") {
		t.Error("the request went through the browser")
	}
	elsewhere := object{"redirect_uris": []string{"http://127.0.0.1/elsewhere"}}
	w.harbour(startOIDCProvider(t, object{"client": elsewhere, "config": object{"features": features}}))
	says(t, w.want(1, "login", "harbour", "--moved").stderr, "redirect URI is not registered", "http://127.0.0.1/callback/harbour")
}

// A level of authentication is a wish, and an age of the sign-in is proved by
// the ID token.
func TestAgeAndLevel(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, object{"config": object{"acrValues": []string{"urn:foreign:gold"}}}), newWorld(t)
	w.harbour(s)
	a := w.login("harbour", "--max-age", "10m", "--acr-values", "urn:foreign:gold")
	if !slices.ContainsFunc(a.Missing, func(m missing) bool {
		return strings.Contains(m.Reason, "urn:foreign:gold") || strings.Contains(m.What, "urn:foreign:gold")
	}) {
		t.Errorf("missing %+v", a.Missing)
	}
	w.checked()
	// With a session in the browser, a new sign-in is asked for.
	w.login("harbour", "--max-age", "0s")
	if got := w.browser.asked(); got != "login consent" {
		t.Errorf("the person was asked %q", got)
	}
	w.login("harbour", "--prompt", "login")
	if got := w.browser.asked(); !strings.HasPrefix(got, "login") {
		t.Errorf("the person was asked %q", got)
	}
	says(t, w.want(3, "login", "harbour", "--prompt", "none").stderr, "claviger login harbour")
}

// Tokens for an API (RFC 8707): that API alone is the audience, after a refresh
// too, and an unknown one is refused.
func TestResource(t *testing.T) {
	t.Parallel()
	const api = "https://files.example.com/"
	s, w := startOIDCProvider(t, object{
		"apis": object{api: "files.read"}, "config": object{"conformIdTokenClaims": false},
	}), newWorld(t)
	w.harbour(s)
	w.login("harbour", "--resource", api, "--scope", "files.read")
	for range 2 {
		claims := decode[struct {
			Claims struct{ Aud, Scope string }
		}](t, w.want(0, "inspect", "--json").out).Claims
		if claims.Aud != api || claims.Scope != "files.read" {
			t.Errorf("the token is for %q with %q", claims.Aud, claims.Scope)
		}
		w.token("--force")
	}
	says(t, w.want(1, "login", "harbour", "--resource", "https://nobody.example.com/").stderr, "resource")
}

// Tokens that are bound to a key (RFC 9449), with and without a nonce that the
// server demands: the user info endpoint is an API that wants the proof.
func TestBoundTokens(t *testing.T) {
	t.Parallel()
	for _, nonce := range []bool{false, true} {
		t.Run(fmt.Sprintf("nonce %v", nonce), func(t *testing.T) {
			s := startOIDCProvider(t, object{"dpop": object{"nonce": nonce}, "client": object{"dpop_bound_access_tokens": true}})
			w := newWorld(t)
			w.harbour(s, "[authorization]\ndpop = \"required\"")
			if a := w.login("harbour", "--groups"); a.User.Name != "Nadia Foreign" || len(a.Missing) != 0 {
				t.Errorf("account %+v", a)
			}
			w.keepsSecrets()
			w.token("--force")
			w.want(0, "whoami", "--refresh")
			if got := w.proves(s.issuer + "/me"); got != http.StatusOK && !nonce || got != http.StatusUnauthorized && nonce {
				t.Errorf("the API answers %d", got)
			}
			says(t, w.want(0, "logout").out, "Tokens revoked.")
		})
	}
}

// proves sends a request with what token --for prints, as a script would.
func (w *world) proves(address string) int {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for line := range strings.Lines(w.want(0, "token", "--for", address).out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode
}

// A bound token alone, as a thief has it, is worth nothing.
func TestBoundTokenAlone(t *testing.T) {
	t.Parallel()
	s := startOIDCProvider(t, object{"dpop": object{}, "client": object{"dpop_bound_access_tokens": true}})
	w := newWorld(t)
	w.harbour(s, "[authorization]\ndpop = \"auto\"")
	w.login("harbour")
	if got := bare(t, s.issuer+"/me", w.token()); got != http.StatusUnauthorized {
		t.Errorf("a stolen token gets %d", got)
	}
}

// bare is what an API answers to a token without a proof.
func bare(t *testing.T, address, token string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode
}
