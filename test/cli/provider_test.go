//go:build unix

package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/claviger/claviger/test/ports"
)

// canary begins every secret that the provider makes: it must appear on
// standard output of the command token and nowhere else.
const canary = "canary"

// provider is an OAuth 2.0 provider (RFC 6749) that rotates refresh tokens,
// counts what it is asked, and can be stopped and started again.
type provider struct {
	addr   string
	server *http.Server

	mu        sync.Mutex
	lifetime  int // seconds, of the next token
	codes     map[string]string
	refresh   string
	next      int
	refreshed int
	revoked   []string
	proofs    int // refreshes with a revoked token
	reused    bool
	secrets   []string // client secrets that came with token requests
	hook      func()   // runs before each token answer
	atRevoke  func()   // runs before each revocation
}

func startProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{lifetime: 3600, codes: map[string]string{}}
	p.start(t)
	t.Cleanup(func() { p.stop(t) })
	return p
}

func (p *provider) start(t *testing.T) {
	t.Helper()
	addr := p.addr
	if addr == "" {
		addr = "127.0.0.1:" + ports.Free(t) // it stops, and comes back there
	}
	l := ports.Listen(t, addr)
	p.addr = l.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /me", p.me)
	mux.HandleFunc("POST /revoke", p.revoke)
	p.server = &http.Server{Handler: mux}
	server := p.server
	go func() { _ = server.Serve(l) }()
}

func (p *provider) stop(t *testing.T) {
	t.Helper()
	if p.server == nil {
		return
	}
	if err := p.server.Close(); err != nil {
		t.Error(err)
	}
	p.server = nil
}

// file writes the provider's file into a home.
func (p *provider) file(t *testing.T, home string) {
	t.Helper()
	dir := filepath.Join(home, "providers.d")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	base := "http://" + p.addr
	text := fmt.Sprintf(`schema = 1
id = "acme"
name = "Acme"
discovery = "none"

[endpoints]
authorization = "%[1]s/authorize"
token = "%[1]s/token"
revocation = "%[1]s/revoke"

[client]
id = "acme-desktop"
secret = "none"
auth = "none"

[scopes]
base = ["profile"]

[[profile.source]]
name = "Profile"
url = "%[1]s/me"
map = "{id, login, name, email}"
required = true

[sign_out]
method = "rfc7009"
`, base)
	if err := os.WriteFile(filepath.Join(dir, "acme.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "acme-desktop" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.next++
	code := fmt.Sprintf("%s-code-%d", canary, p.next)
	p.codes[code] = q.Get("redirect_uri")
	p.mu.Unlock()
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hook != nil {
		p.hook()
	}
	if secret := r.FormValue("client_secret"); secret != "" {
		p.secrets = append(p.secrets, secret)
	}
	w.Header().Set("Content-Type", "application/json")
	refuse := func() {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
	}
	switch r.FormValue("grant_type") {
	case "authorization_code":
		code := r.FormValue("code")
		if p.codes[code] == "" || p.codes[code] != r.FormValue("redirect_uri") || r.FormValue("code_verifier") == "" {
			refuse()
			return
		}
		delete(p.codes, code)
	case "refresh_token":
		if slices.Contains(p.revoked, r.FormValue("refresh_token")) {
			p.proofs++
			refuse()
			return
		}
		if r.FormValue("refresh_token") != p.refresh {
			p.reused, p.refresh = true, ""
			refuse()
			return
		}
		p.refreshed++
	default:
		refuse()
		return
	}
	p.next++
	p.refresh = fmt.Sprintf("%s-refresh-%d", canary, p.next)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": fmt.Sprintf("%s-access-%d", canary, p.next), "token_type": "bearer",
		"expires_in": p.lifetime, "refresh_token": p.refresh, "scope": "profile",
	})
}

func (p *provider) me(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if _, _, revoked := p.counts(); !strings.HasPrefix(token, canary+"-access-") || slices.Contains(revoked, token) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"id":"7","login":"mira","name":"Mira Okonkwo","email":"mira@example.org"}`))
}

func (p *provider) revoke(_ http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	hook := p.atRevoke
	p.mu.Unlock()
	if hook != nil {
		hook()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revoked = append(p.revoked, r.FormValue("token"))
}

// counts returns what the provider saw.
func (p *provider) counts() (refreshed int, reused bool, revoked []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refreshed, p.reused, append([]string(nil), p.revoked...)
}

// proved is how many refreshes with a revoked token were refused.
func (p *provider) proved() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.proofs
}

// beforeRevoking makes f run before each revocation.
func (p *provider) beforeRevoking(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.atRevoke = f
}

// before makes f run before each token answer.
func (p *provider) before(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = f
}

// live sets the lifetime of the next tokens.
func (p *provider) live(seconds int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lifetime = seconds
}
