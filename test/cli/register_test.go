//go:build unix

package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// registrar is an issuer that registers apps (RFC 7591, RFC 7592): open, or
// for holders of an initial access token only.
type registrar struct {
	*httptest.Server

	mu      sync.Mutex
	initial string // the initial access token; "" is open
	asked   []map[string]any
	clients map[string]bool
}

// startRegistrar starts an issuer; initial is its initial access token, "" for
// an open one.
func startRegistrar(t *testing.T, initial string) *registrar {
	t.Helper()
	r := &registrar{initial: initial, clients: map[string]bool{}}
	r.mu.Lock() // a request sees the server only with its address
	r.Server = httptest.NewServer(r)
	r.mu.Unlock()
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP implements [http.Handler].
func (r *registrar) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reply := func(status int, v map[string]any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	id, managed := strings.CutPrefix(req.URL.Path, "/register/")
	switch {
	case req.URL.Path == "/.well-known/openid-configuration":
		reply(http.StatusOK, map[string]any{
			"issuer": r.URL, "authorization_endpoint": r.URL + "/a", "token_endpoint": r.URL + "/t", "jwks_uri": r.URL + "/k",
			"registration_endpoint": r.URL + "/register", "token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
		})
	case req.URL.Path == "/register" && r.initial != "" && req.Header.Get("Authorization") != "Bearer "+r.initial:
		reply(http.StatusUnauthorized, map[string]any{"error": "invalid_token", "error_description": "for members"})
	case req.URL.Path == "/register" && req.Method == http.MethodPost:
		var asked map[string]any
		_ = json.NewDecoder(req.Body).Decode(&asked)
		r.asked = append(r.asked, asked)
		if uris, _ := asked["redirect_uris"].([]any); len(uris) == 1 {
			reply(http.StatusBadRequest, map[string]any{"error": "invalid_redirect_uri"})
			return
		}
		r.clients["c-1"] = true
		asked["client_id"], asked["client_secret"] = "c-1", canary+"-of-the-registration"
		asked["registration_access_token"], asked["registration_client_uri"] = canary+"-key", r.URL+"/register/c-1"
		reply(http.StatusCreated, asked)
	case managed && req.Method == http.MethodDelete && req.Header.Get("Authorization") == "Bearer "+canary+"-key" && r.clients[id]:
		delete(r.clients, id)
		w.WriteHeader(http.StatusNoContent)
	default:
		reply(http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
	}
}

func (r *registrar) count() (asked, clients int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.asked), len(r.clients)
}

// TestRegisterAndRemove registers at an issuer that compares ports and gives a
// secret, and takes everything back.
func TestRegisterAndRemove(t *testing.T) {
	w := newWorld(t)
	issuer := startRegistrar(t, "")
	r := w.want(0, "providers", "add", "work", "--issuer", issuer.URL, "--register")
	for _, want := range []string{"c-1", "51789, 51790, 51791", "client secret", "claviger login work"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("not told: %q in\n%s", want, r.stderr)
		}
	}
	if strings.Contains(r.stderr, "Register this") {
		t.Errorf("it asks to register by hand: %s", r.stderr)
	}
	data, err := os.ReadFile(filepath.Join(w.home, "providers.d", "work.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`id = "c-1"`, "ports = [51789, 51790, 51791]", `auth = "client_secret_basic"`, `secret = "required"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the file lacks %s:\n%s", want, data)
		}
	}
	w.noSecretInClear()
	if r := w.want(0, "providers", "list", "--json"); !strings.Contains(r.out, `"work"`) {
		t.Error(r.out)
	}

	// An id that is in use costs no registration.
	before, _ := issuer.count()
	w.want(2, "providers", "add", "work", "--issuer", issuer.URL, "--register")
	w.want(1, "providers", "add", "Not An Id", "--issuer", issuer.URL, "--register")
	if after, _ := issuer.count(); after != before {
		t.Errorf("%d requests for an id that cannot be had", after-before)
	}

	r = w.want(0, "providers", "remove", "work")
	if _, clients := issuer.count(); clients != 0 || !strings.Contains(r.stderr, "was deleted at the provider") {
		t.Errorf("%d registrations left: %s", clients, r.stderr)
	}
	w.noSecretInClear()
}

// TestRegistrationThatStays tells where the provider does not delete.
func TestRegistrationThatStays(t *testing.T) {
	w := newWorld(t)
	issuer := startRegistrar(t, "")
	w.want(0, "providers", "add", "--issuer", issuer.URL, "--register", "work", "--json")
	issuer.Close()
	r := w.want(0, "providers", "remove", "work")
	if !strings.Contains(r.stderr, "could not be deleted") || !strings.Contains(r.stderr, "c-1") {
		t.Error(r.stderr)
	}
	w.want(2, "providers", "show", "work")
}

// TestRegistrationThatIsNotOpen needs an initial access token.
func TestRegistrationThatIsNotOpen(t *testing.T) {
	w := newWorld(t)
	issuer := startRegistrar(t, canary+"-initial")
	r := w.want(6, "providers", "add", "work", "--issuer", issuer.URL, "--register")
	for _, want := range []string{"just anybody", "for members", "--registration-token-file"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("not told: %q in\n%s", want, r.stderr)
		}
	}
	token := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		if err := os.WriteFile(token, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(canary + "-another\n")
	if r := w.want(6, "providers", "add", "work", "--issuer", issuer.URL, "--register", "--registration-token-file", token); !strings.Contains(r.stderr, "initial access token") {
		t.Error(r.stderr)
	}
	write("\n")
	w.want(1, "providers", "add", "work", "--issuer", issuer.URL, "--register", "--registration-token-file", token)
	write(canary + "-initial\n")
	w.want(0, "providers", "add", "work", "--issuer", issuer.URL, "--register", "--registration-token-file", token)
	w.noSecretInClear()

	w.want(2, "providers", "add", "more", "--preset", "gitlab", "--register")
	w.want(2, "providers", "add", "more", "--issuer", issuer.URL, "--registration-token-file", token)
	w.want(2, "providers", "add", "more", "--issuer", issuer.URL, "--register", "--client-id", "x")
}

// TestIssuerWithoutRegistration says so.
func TestIssuerWithoutRegistration(t *testing.T) {
	w := newWorld(t)
	issuer := startDemo(t, w)
	if r := w.want(2, "providers", "add", "work", "--issuer", issuer, "--register"); !strings.Contains(r.stderr, "does not register apps by request") {
		t.Error(r.stderr)
	}
}
