package attack

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
)

// hostile is an OpenID provider that gives whatever ID token and keys a test
// makes.
type hostile struct {
	t      *testing.T
	server *httptest.Server

	mu sync.Mutex
	wishes
	nonce    string
	asked    map[string]int
	redeemed bool
}

// wishes are how it answers; see [hostile.wish].
type wishes struct {
	// token makes the ID token of good claims.
	token func(claims map[string]any) string
	// keys answers for the keys.
	keys http.HandlerFunc
	// keysAt is announced as their address; "" is the right one.
	keysAt string
	// algs are announced; nil announces none.
	algs []string
	// userSub is sub of userinfo.
	userSub string
}

// wish says how it answers from now on.
func (h *hostile) wish(change func(*wishes)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(&h.wishes)
}

const accessToken = "at-of-a-hostile-server-000"

// newHostile starts one that behaves, with a key of alg.
func newHostile(t *testing.T, alg jose.SignatureAlgorithm) *hostile {
	t.Helper()
	key := keyFor(t, alg)
	h := &hostile{t: t, asked: map[string]int{}, wishes: wishes{
		userSub: "u-1", keys: serveKeys(public("k1", key)),
		token: func(claims map[string]any) string {
			return sign(t, alg, key, map[string]any{"kid": "k1"}, claims)
		},
	}}
	h.server = httptest.NewServer(h)
	t.Cleanup(h.server.Close)
	return h
}

// ServeHTTP implements [http.Handler].
func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base := h.server.URL
	h.mu.Lock()
	h.asked[r.URL.Path]++
	now := h.wishes
	h.mu.Unlock()
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		md := map[string]any{
			"issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
			"userinfo_endpoint": base + "/userinfo", "jwks_uri": cmp.Or(now.keysAt, base+"/keys"),
		}
		if now.algs != nil {
			md["id_token_signing_alg_values_supported"] = now.algs
		}
		writeJSON(w, md)
	case "/authorize":
		q := r.URL.Query()
		h.mu.Lock()
		h.nonce = q.Get("nonce")
		h.mu.Unlock()
		back := url.Values{"code": {"code"}, "state": {q.Get("state")}}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	case "/token":
		h.mu.Lock()
		nonce := h.nonce
		h.redeemed = true
		h.mu.Unlock()
		at := time.Now()
		raw := now.token(map[string]any{
			"iss": base, "sub": "u-1", "aud": "client", "nonce": nonce,
			"iat": at.Unix(), "exp": at.Add(time.Hour).Unix(),
		})
		writeJSON(w, map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 3600, "id_token": raw})
	case "/userinfo":
		writeJSON(w, map[string]any{"sub": now.userSub, "name": "Ada"})
	case "/keys":
		now.keys(w, r)
	default:
		http.NotFound(w, r) // what jku and x5u name
	}
}

// wasRedeemed reports whether the code was.
func (h *hostile) wasRedeemed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.redeemed
}

// signIn is a whole sign-in there.
func (h *hostile) signIn(change func(*auth.Options)) (*auth.Account, error) {
	h.t.Helper()
	p := &providers.Provider{
		Schema: 1, ID: "hostile", Name: "Hostile", Issuer: h.server.URL, Discovery: "oidc",
		Client:   providers.Client{ID: "client", SecretUse: "none", Auth: "none"},
		Redirect: providers.Redirect{Host: "127.0.0.1", Path: "/callback"},
		Scopes:   providers.Scopes{Base: []string{"openid"}},
		Profile: providers.Profile{Sources: []providers.ProfileSource{
			{Source: providers.Source{Name: "Profile", From: "userinfo"}, Map: "{id: .sub, name: .name}"},
		}},
	}
	person := &authtest.Browser{}
	o := auth.Options{
		Lookup:  func(string) (*providers.Provider, bool) { c := *p; return &c, true },
		Browser: person.Open,
	}
	if change != nil {
		change(&o)
	}
	a, err := auth.New(o)
	if err != nil {
		h.t.Fatal(err)
	}
	acc, err := a.SignIn(h.t.Context(), auth.SignInRequest{Provider: "hostile", Timeout: 30 * time.Second})
	person.Wait()
	if closeErr := a.Close(); closeErr != nil {
		h.t.Error(closeErr)
	}
	return acc, err
}

// count is how many requests a path got.
func (h *hostile) count(path string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[path]
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// public is a signing key as a key set has it.
func public(kid string, key any) jose.JSONWebKey {
	if signer, ok := key.(crypto.Signer); ok {
		key = signer.Public()
	}
	return jose.JSONWebKey{Key: key, KeyID: kid, Use: "sig"}
}

// serveKeys answers with a key set.
func serveKeys(keys ...jose.JSONWebKey) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"keys": append([]jose.JSONWebKey{}, keys...)})
	}
}

// serveBytes answers with a body and a status.
func serveBytes(status int, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.Copy(w, bytes.NewReader(body))
	}
}

// sign makes a signed token with at_hash as it should be, unless the claims say
// otherwise. It uses nothing of the code under test.
func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, header, claims map[string]any) string {
	t.Helper()
	claims = maps.Clone(claims)
	if _, there := claims["at_hash"]; !there {
		claims["at_hash"] = hashFor(alg)
	}
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return signBytes(t, alg, key, header, payload)
}

// signBytes signs any payload.
func signBytes(t *testing.T, alg jose.SignatureAlgorithm, key any, header map[string]any, payload []byte) string {
	t.Helper()
	o := (&jose.SignerOptions{}).WithType("JWT")
	for k, v := range header {
		o.WithHeader(jose.HeaderKey(k), v)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// hashFor is at_hash of the access token (OIDC Core §3.1.3.6).
func hashFor(alg jose.SignatureAlgorithm) string {
	var sum []byte
	switch s := string(alg); {
	case strings.HasSuffix(s, "256"):
		h := sha256.Sum256([]byte(accessToken))
		sum = h[:]
	case strings.HasSuffix(s, "384"):
		h := sha512.Sum384([]byte(accessToken))
		sum = h[:]
	default:
		h := sha512.Sum512([]byte(accessToken))
		sum = h[:]
	}
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// parts encodes a token that nobody signed.
func parts(header, payload string, signature string) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(payload)) + "." + signature
}
