package auth

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
)

// The canaries must appear in no event, error, log or page.
const (
	canaryAccess  = "canary-access-token-7f3a"
	canaryRefresh = "canary-refresh-token-91bc"
	canaryCode    = "canary-code-55de"
	canarySecret  = "canary-client-secret-08aa"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// fakeOP is an OpenID provider whose every answer a test can change.
type fakeOP struct {
	t      *testing.T
	server *httptest.Server

	mu        sync.Mutex
	requests  []string // paths in order
	forms     []url.Values
	nonce     string
	challenge string
	now       func() time.Time

	// claims changes an ID token before it is signed; sign replaces signing.
	claims   func(map[string]any)
	sign     func(header, claims map[string]any) string
	token    func(w http.ResponseWriter, r *http.Request, answer map[string]any)
	userinfo map[string]any
	// signedUserinfo, where set, makes the answer of userinfo, a JWT.
	signedUserinfo func() string
	metadata       func(map[string]any)
	redirect       func(url.Values) // changes the answer to the redirect URI
	jwks           func() any
	prefix         string // comes before every answer but the redirect
	// beforeToken runs, where set, before a token request is answered.
	beforeToken func()
}

func newFakeOP(t *testing.T) *fakeOP {
	op := &fakeOP{t: t, now: time.Now, userinfo: map[string]any{"sub": "user-1", "name": "Ada"}}
	op.server = httptest.NewServer(op)
	t.Cleanup(op.server.Close)
	return op
}

func (op *fakeOP) provider() *providers.Provider {
	return &providers.Provider{
		Schema: 1, ID: "fake", Name: "Fake", Issuer: op.server.URL, Discovery: "oidc",
		Client:   providers.Client{ID: "client-1", SecretUse: "optional", Auth: "client_secret_post", Secret: providers.NewSecret(canarySecret)},
		Redirect: providers.Redirect{Host: "127.0.0.1", Path: "/callback"},
		Scopes:   providers.Scopes{Base: []string{"openid"}, Profile: []string{"profile", "email"}, Offline: []string{"offline_access"}},
		Profile: providers.Profile{Sources: []providers.ProfileSource{
			{Source: providers.Source{Name: "Profile", From: "userinfo"}, Map: "{id: .sub, name: .name}"},
		}},
	}
}

// ServeHTTP implements [http.Handler].
func (op *fakeOP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op.mu.Lock()
	op.requests = append(op.requests, r.URL.Path)
	op.mu.Unlock()
	if op.prefix != "" && r.URL.Path != "/authorize" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, op.prefix)
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		base := op.server.URL
		md := map[string]any{
			"issuer": base, "authorization_endpoint": base + "/authorize?kept=1", "token_endpoint": base + "/token",
			"userinfo_endpoint": base + "/userinfo", "jwks_uri": base + "/keys",
			"device_authorization_endpoint": base + "/device",
			"response_types_supported":      []string{"code"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"RS256", "EdDSA", "PS256"},
		}
		if op.metadata != nil {
			op.metadata(md)
		}
		writeJSON(w, md)
	case "/keys":
		if op.jwks != nil {
			writeJSON(w, op.jwks())
			return
		}
		writeJSON(w, keySetOf("k1", &testKey().PublicKey))
	case "/token":
		op.serveToken(w, r)
	case "/userinfo":
		if r.Header.Get("Authorization") != "Bearer "+canaryAccess {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if op.signedUserinfo != nil {
			w.Header().Set("Content-Type", "application/jwt; charset=utf-8")
			_, _ = io.WriteString(w, op.signedUserinfo())
			return
		}
		writeJSON(w, op.userinfo)
	case "/par":
		_ = r.ParseForm()
		op.mu.Lock()
		op.forms = append(op.forms, r.PostForm)
		op.nonce, op.challenge = r.PostForm.Get("nonce"), r.PostForm.Get("code_challenge")
		op.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"request_uri":"urn:example:1","expires_in":60}`)
	default:
		http.NotFound(w, r)
	}
}

func (op *fakeOP) serveToken(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	op.mu.Lock()
	op.forms = append(op.forms, r.PostForm)
	challenge := op.challenge
	op.mu.Unlock()
	if op.beforeToken != nil {
		op.beforeToken()
	}
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if r.PostForm.Get("code") != canaryCode || base64.RawURLEncoding.EncodeToString(sum[:]) != challenge {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"code `+r.PostForm.Get("code")+` is not known"}`)
		return
	}
	answer := map[string]any{
		"access_token": canaryAccess, "refresh_token": canaryRefresh, "token_type": "Bearer",
		"expires_in": 3600, "scope": "openid profile email offline_access", "id_token": op.idToken(),
	}
	if op.token != nil {
		op.token(w, r, answer)
		return
	}
	writeJSON(w, answer)
}

func (op *fakeOP) idToken() string {
	sum := sha256.Sum256([]byte(canaryAccess))
	now := op.now()
	claims := map[string]any{
		"iss": op.server.URL, "sub": "user-1", "aud": "client-1", "nonce": op.nonce,
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]),
	}
	header := map[string]any{"alg": "RS256", "kid": "k1", "typ": "JWT"}
	if op.claims != nil {
		op.claims(claims)
	}
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	if op.sign != nil {
		return op.sign(header, claims)
	}
	return signJWT(op.t, testKey(), header, claims)
}

// authorize plays the person at the provider: it reads the request and returns
// the address that the browser is redirected to.
func (op *fakeOP) authorize(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		op.t.Error(err)
		return ""
	}
	q := u.Query()
	op.mu.Lock()
	defer op.mu.Unlock()
	if q.Has("nonce") {
		op.nonce = q.Get("nonce")
	}
	if q.Has("code_challenge") {
		op.challenge = q.Get("code_challenge")
	}
	v := url.Values{"code": {canaryCode}, "state": {q.Get("state")}}
	if op.redirect != nil {
		op.redirect(v)
	}
	return q.Get("redirect_uri") + "?" + v.Encode()
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func keySetOf(kid string, key any) any {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key, KeyID: kid, Use: "sig"}}}
}

// signJWT signs claims by the header's own alg. It does not use the code
// under test.
func signJWT(t testing.TB, key any, header, claims map[string]any) string {
	t.Helper()
	alg, _ := header["alg"].(string)
	opts := &jose.SignerOptions{}
	for k, v := range header {
		if k != "alg" {
			opts.WithHeader(jose.HeaderKey(k), v)
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: key}, opts)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// unsignedJWT is a token with a signature of rubbish.
func unsignedJWT(header, claims map[string]any, signature string) string {
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	e := base64.RawURLEncoding
	return e.EncodeToString(h) + "." + e.EncodeToString(c) + "." + signature
}

// tab is a browser tab: it opens one address and keeps what came last.
type tab struct {
	status int
	body   string
	final  string // the address at the end
	header http.Header
	err    error
}

func visit(ctx context.Context, address string) tab {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return tab{err: err}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusSeeOther {
		_ = resp.Body.Close()
		next, lerr := resp.Location()
		if lerr != nil {
			return tab{err: lerr}
		}
		req, _ = http.NewRequestWithContext(ctx, http.MethodGet, next.String(), nil)
		resp, err = http.DefaultTransport.RoundTrip(req)
		address = next.String()
	}
	if err != nil {
		return tab{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return tab{status: resp.StatusCode, body: string(b), final: address, header: resp.Header, err: err}
}

// newTestAgent returns an agent for op's provider, which change may alter.
func newTestAgent(t *testing.T, op *fakeOP, change func(*providers.Provider), browser func(context.Context, string) error, options ...func(*Options)) *Agent {
	t.Helper()
	p := op.provider()
	if change != nil {
		change(p)
	}
	o := Options{
		Lookup:  func(id string) (*providers.Provider, bool) { c := *p; return &c, id == "fake" },
		Browser: ledOn(browser),
	}
	for _, set := range options {
		set(&o)
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// ledOn is a browser that has followed the one-time page of a sign-in.
func ledOn(browser func(context.Context, string) error) func(context.Context, string) error {
	if browser == nil {
		return nil
	}
	return func(ctx context.Context, link string) error {
		if page := authtest.Get(ctx, link); page.Header.Get("Location") != "" {
			link = page.Header.Get("Location")
		}
		return browser(ctx, link)
	}
}

// signInWith signs in with a person who does as they are told, and returns the
// page too.
func signInWith(t *testing.T, op *fakeOP, change func(*providers.Provider), r SignInRequest) (*Account, tab, error) {
	t.Helper()
	pages := make(chan tab, 1)
	a := newTestAgent(t, op, change, func(ctx context.Context, link string) error {
		address := op.authorize(link)
		go func() { pages <- visit(context.WithoutCancel(ctx), address) }()
		return nil
	})
	r.Provider = "fake"
	account, err := a.SignIn(t.Context(), r)
	return account, <-pages, err
}

func newEd25519(t testing.TB) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pub, priv
}
