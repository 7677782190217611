//go:build unix

package attack

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// leaky is an OpenID provider that knows every secret that it gave or got, and
// repeats in its errors those of the request.
type leaky struct {
	t      *testing.T
	server *httptest.Server
	hung   chan struct{} // gets one for each request that is not answered

	mu      sync.Mutex
	mode    string
	known   map[string]string // secret and what it is
	nonce   string
	hinted  chan struct{} // the browser came to sign out, with the ID token
	pending int           // polls of a device code to come
}

const (
	clientSecret    = "canary-client-secret-f00d"
	vaultPassphrase = "canary passphrase of the vault"
)

func newLeaky(t *testing.T) *leaky {
	t.Helper()
	l := &leaky{t: t, hung: make(chan struct{}, 10), hinted: make(chan struct{}, 1), known: map[string]string{
		clientSecret: "client secret", vaultPassphrase: "passphrase",
	}}
	l.server = httptest.NewServer(l)
	t.Cleanup(func() {
		l.server.CloseClientConnections()
		l.server.Close()
	})
	return l
}

// behave says how it answers from now on.
func (l *leaky) behave(mode string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mode = mode
}

// secret makes one, or remembers one that came. The caller holds the lock.
func (l *leaky) secret(what, value string) string {
	if value == "" {
		b := make([]byte, 12)
		_, _ = rand.Read(b)
		value = "canary-" + strings.ReplaceAll(what, " ", "-") + "+/=" + base64.RawURLEncoding.EncodeToString(b)
	}
	l.known[value] = what
	return value
}

// secrets are all, in the forms in which they could turn up.
func (l *leaky) secrets() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]string{}
	for s, what := range l.known {
		out[url.QueryEscape(s)] = what + ", escaped"
		out[s] = what
		out[base64.StdEncoding.EncodeToString([]byte(s))] = what + ", base64"
		if piece := strings.Split(s, "."); len(piece) == 3 { // a JWT: its claims may be shown
			out[piece[1]], out[piece[2]] = what+", claims", what+", signature"
		}
	}
	return out
}

// everything is a text with all secrets of a request. What was never sent, or
// by another process long ago, no server can repeat and no program can know.
func everything(r *http.Request) string {
	all := []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	for _, name := range []string{"code", "code_verifier", "refresh_token", "device_code", "client_secret", "token"} {
		all = append(all, r.Form.Get(name), url.QueryEscape(r.Form.Get(name)))
	}
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

// ServeHTTP implements [http.Handler].
func (l *leaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note(r)
	base := l.server.URL
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		writeJSON(w, map[string]any{
			"issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
			"userinfo_endpoint": base + "/userinfo", "jwks_uri": base + "/keys", "device_authorization_endpoint": base + "/device",
			"revocation_endpoint": base + "/revoke", "end_session_endpoint": base + "/logout", "registration_endpoint": base + "/register",
			"introspection_endpoint": base + "/introspect",
		})
		return
	case "/keys":
		serveKeys(public("k1", rsaKey(l.t, "good", 2048)))(w, r)
		return
	case "/authorize":
		l.authorize(w, r)
		return
	}
	if l.mode == "hang" {
		l.hung <- struct{}{}
		l.mu.Unlock()
		<-r.Context().Done()
		l.mu.Lock()
		return
	}
	if l.spoil(w, r) {
		return
	}
	switch r.URL.Path {
	case "/token":
		l.token(w, r)
	case "/device":
		l.pending = 1
		writeJSON(w, map[string]any{"device_code": l.secret("device code", ""), "user_code": "WDJB-MJHT", "verification_uri": base + "/activate", "expires_in": 60, "interval": 1})
	case "/userinfo":
		writeJSON(w, map[string]any{"sub": "u-1", "name": "Ada", "preferred_username": "ada"})
	case "/introspect": // RFC 7662 §2.2, with an echo
		writeJSON(w, map[string]any{"active": true, r.Form.Get("token"): []any{r.Form.Encode(), r.Header.Get("Authorization")}, "client_secret": r.Form.Get("client_secret")})
	case "/revoke", "/logout":
	case "/register":
		l.register(w, r)
	default:
		http.NotFound(w, r)
	}
}

// note keeps what a request has that no one may learn.
func (l *leaky) note(r *http.Request) {
	for name, what := range map[string]string{"code_verifier": "verifier", "device_code": "device code"} {
		if v := r.Form.Get(name); v != "" {
			l.secret(what, v)
		}
	}
	if basic, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Basic "); ok {
		l.secret("Basic header", basic)
	}
	if l.known[r.Form.Get("id_token_hint")] == "ID token" {
		select {
		case l.hinted <- struct{}{}:
		default:
		}
	}
}

// register gives a client (RFC 7591 §3.2.1) whose registration cannot be deleted.
func (l *leaky) register(w http.ResponseWriter, r *http.Request) {
	l.secret("initial access token", strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	w.WriteHeader(http.StatusCreated)
	writeJSON(w, map[string]any{
		"client_id": "c-1", "client_secret": l.secret("registered secret", ""), "client_secret_expires_at": 0,
		"registration_access_token": l.secret("registration access token", ""), "registration_client_uri": l.server.URL + "/register/c-1",
		"redirect_uris": []string{"http://127.0.0.1/callback"}, "token_endpoint_auth_method": "client_secret_post",
	})
}

func (l *leaky) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l.nonce = q.Get("nonce")
	back := url.Values{"state": {q.Get("state")}, "code": {l.secret("code", "")}}
	if l.mode == "authorize error" {
		back.Set("error", "invalid_request")
		back.Set("error_description", back.Get("code"))
		back.Set("error_uri", "https://leaky.example/?"+back.Encode())
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// spoil answers instead of an endpoint.
func (l *leaky) spoil(w http.ResponseWriter, r *http.Request) bool {
	all := everything(r)
	switch l.mode {
	case "OAuth error":
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+all+`"`)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, jsonOf(l.t, map[string]any{"error": "invalid_request", "error_description": all, "error_uri": "https://x/?" + all, r.Form.Get("code"): "x"}))
	case "error as code":
		w.WriteHeader(http.StatusBadRequest)
		writeJSON(w, map[string]any{"error": all})
	case "server error":
		http.Error(w, all, http.StatusInternalServerError)
	case "page":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>"+all)
	case "redirect":
		http.Redirect(w, r, "/elsewhere?all="+url.QueryEscape(all), http.StatusTemporaryRedirect)
	case "cut":
		w.Header().Set("Content-Length", "999999")
		_, _ = io.WriteString(w, `{"access_token":"`+l.secret("access token", "")+`","x":"`+all)
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

func (l *leaky) token(w http.ResponseWriter, r *http.Request) {
	if r.Form.Get("client_id") == "client" && r.Form.Get("client_secret") != clientSecret {
		l.t.Errorf("the client's secret is not sent")
	}
	if l.pending > 0 && r.Form.Get("device_code") != "" {
		l.pending--
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"authorization_pending"}`)
		return
	}
	now := time.Now()
	claims := map[string]any{"iss": l.server.URL, "sub": "u-1", "aud": "client", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "at_hash": nil}
	if r.Form.Get("code") != "" {
		claims["nonce"] = l.nonce
	}
	if l.mode == "wrong ID token" {
		claims["aud"] = "another"
	}
	id := sign(l.t, jose.RS256, rsaKey(l.t, "good", 2048), map[string]any{"kid": "k1"}, claims)
	// No marks that an access token cannot have (RFC 6750 §2.1) but these.
	access, refresh, kind := l.secret("access token", ""), l.secret("refresh token", ""), "Bearer"
	if r.Header.Get("DPoP") != "" {
		kind = "DPoP"
	}
	writeJSON(w, map[string]any{
		"access_token": access, "token_type": kind, "expires_in": 3600, "refresh_token": refresh,
		"id_token": l.secret("ID token", id), "scope": "openid " + refresh, "error_uri": access, "session_state": l.secret("session state", ""),
		"odd_" + access: fmt.Sprint("x", refresh),
	})
}
