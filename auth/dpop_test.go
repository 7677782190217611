package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// boundAgent is an agent whose provider's file says dpop = mode.
func boundAgent(t *testing.T, p *authtest.Provider, b *authtest.Browser, store Store, mode string) *Agent {
	t.Helper()
	return optionAgent(t, p, b, func(c *providers.Provider) { c.Authorization.DPoP = mode }, inStore(store))
}

// signInBound signs in with a key.
func signInBound(t *testing.T, a *Agent) *Account {
	t.Helper()
	account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Remember: true, Groups: true})
	if err != nil {
		t.Fatal(err)
	}
	return account
}

// typeOf is the type of an account's token.
func typeOf(t *testing.T, a *Agent, id string) string {
	t.Helper()
	tok, err := a.Stored(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return tok.TokenType
}

func TestWhenTokensAreBound(t *testing.T) {
	for name, tt := range map[string]struct {
		mode   string
		behave authtest.Behaviour
		want   string // token type
		fault  string
	}{
		"by default":                {"", authtest.Behaviour{DPoP: true}, "Bearer", ""},
		"never":                     {"never", authtest.Behaviour{DPoP: true}, "Bearer", ""},
		"auto":                      {"auto", authtest.Behaviour{DPoP: true}, "DPoP", ""},
		"auto, pushed":              {"auto", authtest.Behaviour{DPoP: true, PAR: true}, "DPoP", ""},
		"auto, not announced":       {"auto", authtest.Behaviour{}, "Bearer", ""},
		"auto, Bearer all the same": {"auto", authtest.Behaviour{DPoP: true, BearerAnswers: true}, "Bearer", ""},
		"required":                  {"required", authtest.Behaviour{RequireDPoP: true}, "DPoP", ""},
		"required, unknown there":   {"required", authtest.Behaviour{}, "", "not bound to a key"},
		"required, Bearer":          {"required", authtest.Behaviour{DPoP: true, BearerAnswers: true}, "", "not bound to a key"},
		"demanded, never":           {"never", authtest.Behaviour{RequireDPoP: true}, "", "invalid_dpop_proof"},
	} {
		t.Run(name, func(t *testing.T) {
			p, b := authtest.NewProvider(t), &authtest.Browser{}
			p.Behave(tt.behave)
			a := boundAgent(t, p, b, newMemStore(), tt.mode)
			var exchange trace.Event
			account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Groups: true, Observe: func(e trace.Event) {
				if e.Step == trace.StepExchange && e.Phase == trace.Done {
					exchange = e
				}
			}})
			if tt.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fault) || account != nil {
					t.Errorf("err = %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := typeOf(t, a, account.ID); got != tt.want || len(account.Groups) != 2 || len(account.Missing) != 0 {
				t.Errorf("token type %q, account %+v", got, account)
			}
			proved := queryOf(t, b.Opened()[0]).Has("dpop_jkt") || p.Count(authtest.PAR) > 0
			if told := strings.Contains(exchange.Detail, "DPoP"); told != proved {
				t.Errorf("told %q", exchange.Detail)
			}
			// What was bound is refreshed with the same key, Bearer or not.
			if _, err := a.Refresh(t.Context(), account.ID); err != nil {
				t.Errorf("refresh: %v", err)
			}
		})
	}
}

// A provider that takes other keys only.
func TestBoundToOtherKeys(t *testing.T) {
	for mode, want := range map[string]error{"auto": nil, "required": oauth.ErrAnswer} {
		op := newFakeOP(t)
		op.metadata = func(md map[string]any) { md["dpop_signing_alg_values_supported"] = []string{"RS256", "EdDSA"} }
		a := newTestAgent(t, op, func(p *providers.Provider) { p.Authorization.DPoP = mode }, nil)
		f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", mode, err)
		}
		if err == nil {
			if queryOf(t, f.URL()).Has("dpop_jkt") {
				t.Errorf("%s: a key was announced", mode)
			}
			f.Cancel()
		}
	}
}

func TestBoundAccount(t *testing.T) {
	p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
	p.Behave(authtest.Behaviour{RequireDPoP: true})
	account := signInBound(t, boundAgent(t, p, b, store, "auto"))
	// Another process, whose file does not ask for bound tokens any more.
	a := boundAgent(t, p, b, store, "never")
	for range 2 {
		p.ExpireNow()
		if _, err := a.Refresh(t.Context(), account.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := typeOf(t, a, account.ID); got != "DPoP" {
		t.Errorf("token type %q", got)
	}
	if _, err := a.Check(t.Context(), account.ID); err != nil {
		t.Errorf("check: %v", err)
	}
	if got, err := a.TokenSource(t.Context(), account.ID).Token(); !errors.Is(err, errBound) {
		t.Errorf("a bound token is given away as a bearer token: %v, %v", got != nil, err)
	}
	c, err := a.Client(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	resp := send(t, c, http.MethodPost, p.URL+"/api/things?a=b#c", "a body")
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("mira")) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp.Request.Header.Get("Authorization") != "" || resp.Request.Header.Get("DPoP") != "" {
		t.Error("the answer's request holds token or proof")
	}
	// A token that ended before its time is refreshed here too.
	p.ExpireNow()
	if resp := send(t, c, http.MethodPost, p.URL+"/api/things", "a body"); resp.StatusCode != http.StatusOK || p.Refreshes() != 3 {
		t.Errorf("%d after %d refreshes", resp.StatusCode, p.Refreshes())
	}
	// As a Bearer token it is worth nothing.
	tok, _ := a.Token(t.Context(), account.ID, 0)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+"/api/x", nil)
	req.Header.Set("Authorization", "Bearer "+tok.AccessToken.Reveal())
	if resp, err := http.DefaultTransport.RoundTrip(req); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("as Bearer: %v, %v", resp, err)
	}
}

// readTestProof reads and verifies a proof without the program's own code.
func readTestProof(t *testing.T, proof providers.Secret) (header, claims map[string]any) {
	t.Helper()
	jws, err := jose.ParseSignedCompact(proof.Reveal(), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := jws.Verify(jws.Signatures[0].Protected.JSONWebKey)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(proof.Reveal(), ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil || json.Unmarshal(raw, &header) != nil || json.Unmarshal(payload, &claims) != nil {
		t.Fatalf("proof cannot be read: %v", err)
	}
	return header, claims
}

func TestProof(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	p.Behave(authtest.Behaviour{DPoP: true, DPoPNonce: "the-nonce"})
	a := boundAgent(t, p, b, nil, "auto")
	account := signInBound(t, a)
	seen := map[any]bool{}
	for range 2 {
		tok, proof, err := a.TokenFor(t.Context(), account.ID, 0, ProofRequest{Method: "PATCH", URL: "HTTPS://API.Example.org?q=1#f", Nonce: "mine"})
		if err != nil {
			t.Fatal(err)
		}
		header, claims := readTestProof(t, proof)
		if header["typ"] != "dpop+jwt" || header["alg"] != "ES256" || len(header) != 3 {
			t.Errorf("header %v", header)
		}
		if jwk, _ := header["jwk"].(map[string]any); len(jwk) != 4 || jwk["crv"] != "P-256" || jwk["d"] != nil {
			t.Errorf("key in the proof has %d members", len(jwk))
		}
		if seen[claims["jti"]] {
			t.Error("an id comes again")
		}
		seen[claims["jti"]] = true
		got := fmt.Sprint(claims["htm"], " ", claims["htu"], " ", claims["nonce"])
		if got != "PATCH https://api.example.org/ mine" {
			t.Errorf("claims %v", claims)
		}
		if s := fmt.Sprintf("%v %+v %#v", tok, proof, proof); strings.Contains(s, proof.Reveal()) || strings.Contains(s, tok.AccessToken.Reveal()) {
			t.Error("a secret is printed")
		}
	}
}

func TestNoProofForSomeAddresses(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	p.Behave(authtest.Behaviour{DPoP: true})
	a := boundAgent(t, p, b, nil, "auto")
	account := signInBound(t, a)
	for _, address := range []string{"http://api.example.org/", "things", "://"} {
		if _, proof, err := a.TokenFor(t.Context(), account.ID, 0, ProofRequest{Method: "GET", URL: address}); err == nil || !proof.IsZero() {
			t.Errorf("%s: a proof was made", address)
		}
	}
}

func TestTokenForOfABearerToken(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	account := enroll(t, a, p, time.Hour)
	tok, proof, err := a.TokenFor(t.Context(), account.ID, 0, ProofRequest{Method: "GET", URL: "https://api.example.org/"})
	if err != nil || tok.TokenType != "Bearer" || !proof.IsZero() {
		t.Errorf("%+v, %v", tok, err)
	}
}

// A refresh that comes without binding: told, and refused where it is required.
// The new refresh token is kept in any case.
func TestDowngradeAtARefresh(t *testing.T) {
	for _, mode := range []string{"auto", "required"} {
		p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
		p.Behave(authtest.Behaviour{DPoP: true})
		a := boundAgent(t, p, b, store, mode)
		account := signInBound(t, a)
		p.Behave(authtest.Behaviour{DPoP: true, BearerAnswers: true})
		got, err := a.Refresh(t.Context(), account.ID)
		if mode == "required" {
			if !errors.Is(err, oauth.ErrNeedsSignIn) || !errors.Is(err, oauth.ErrAnswer) {
				t.Errorf("required: %v", err)
			}
			if now, _ := a.Account(t.Context(), account.ID); now.State != StateNeedsSignIn || !strings.Contains(now.Reason, "not bound") || typeOf(t, a, account.ID) != "DPoP" {
				t.Errorf("required: %+v", now)
			}
			p.Behave(authtest.Behaviour{DPoP: true})
			if got, err := a.Refresh(t.Context(), account.ID); err != nil || got.State != StateActive {
				t.Errorf("the rotated refresh token is lost: %v", err)
			}
			continue
		}
		if err != nil || typeOf(t, a, account.ID) != "Bearer" || !strings.Contains(got.Steps[0].Detail, "a Bearer token, not bound") {
			t.Errorf("auto: %v, %+v", err, got)
		}
		if _, err := a.Check(t.Context(), account.ID); err != nil {
			t.Errorf("auto: %v", err)
		}
	}
}

// A refresh token that is bound to another sign-in's key is not kept.
func TestRefreshTokenOfAnotherKey(t *testing.T) {
	p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
	p.Behave(authtest.Behaviour{DPoP: true})
	account := signInBound(t, boundAgent(t, p, b, store, "auto"))
	p.Behave(authtest.Behaviour{DPoP: true, NoRefresh: true})
	for _, mode := range []string{"auto", "never"} {
		if again := signInBound(t, boundAgent(t, p, b, store, mode)); again.ID != account.ID || again.CanRefresh {
			t.Errorf("%s: %+v", mode, again)
		}
	}
}

func TestRecordsWithAndWithoutKey(t *testing.T) {
	p, b, store := authtest.NewProvider(t), &authtest.Browser{}, newMemStore()
	a := boundAgent(t, p, b, store, "auto")
	bearer := enroll(t, a, p, time.Hour)
	if bytes.Contains(store.records[bearer.ID], []byte(`"key"`)) {
		t.Error("a key where there is none")
	}
	p.Behave(authtest.Behaviour{DPoP: true})
	p.SignsIn(authtest.Jonas)
	account := signInBound(t, a)
	rec, err := a.accounts.load(t.Context(), account.ID)
	if err != nil || rec.Tokens.Key.IsZero() {
		t.Fatalf("no key: %v", err)
	}
	shown, _ := json.Marshal(account)
	shown = fmt.Appendf(shown, "%v %+v %#v", rec, rec, rec.Tokens)
	var jwk map[string]string
	if err := json.Unmarshal([]byte(rec.Tokens.Key.Reveal()), &jwk); err != nil || bytes.Contains(shown, []byte(jwk["d"])) {
		t.Errorf("the key is printed, or is none: %v", err)
	}
	// Without its key the token is of no use, and only a sign-in helps.
	for _, key := range []string{"", "{", `{"kty":"oct","k":"c2VjcmV0"}`, `{"kty":"EC","crv":"P-256","x":"` + jwk["x"] + `","y":"` + jwk["y"] + `"}`} {
		_, err := a.accounts.update(t.Context(), account.ID, func(r *record) (bool, error) {
			r.Tokens.Key = providers.NewSecret(key)
			return true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Client(t.Context(), account.ID)
		if err != nil {
			t.Fatal(err)
		}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+"/api/x", nil)
		if _, err := c.Do(req); !errors.Is(err, oauth.ErrNeedsSignIn) || strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("key %q: %v", key, err)
		}
		if _, err := a.Refresh(t.Context(), account.ID); err == nil {
			t.Errorf("key %q: refreshed without it", key)
		}
	}
	if _, err := a.Refresh(t.Context(), bearer.ID); err != nil {
		t.Errorf("an account without key: %v", err)
	}
}

func TestBoundPicture(t *testing.T) {
	p, b := authtest.NewProvider(t), &authtest.Browser{}
	p.Behave(authtest.Behaviour{RequireDPoP: true})
	a := optionAgent(t, p, b, func(c *providers.Provider) {
		c.Authorization.DPoP = "required"
		c.Profile.Picture = providers.Picture{URL: p.URL + "/picture.png", Bearer: true}
	})
	account := signInBound(t, a)
	if data, err := a.Picture(t.Context(), account.ID); err != nil || len(data) == 0 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	for _, r := range p.Requests() {
		if r.Endpoint == authtest.Picture && !r.Authorized {
			t.Error("the picture was asked for without the token")
		}
	}
}

func TestBoundDeviceFlow(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		p.Behave(authtest.Behaviour{RequireDPoP: true, DPoPNonce: "n", DevicePending: 2, DeviceSlow: 1})
		a, err := New(Options{Transport: p.Transport(), Lookup: func(string) (*providers.Provider, bool) {
			c := p.Config()
			c.Authorization.DPoP = "auto"
			return c, true
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		account, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Device: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := typeOf(t, a, account.ID); got != "DPoP" {
			t.Errorf("token type %q", got)
		}
	})
}
