//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"claviger/test/e2e/desktop"
)

// registrar is an issuer that registers apps by request (RFC 7591, RFC 7592)
// and compares the port of the return address.
type registrar struct {
	*httptest.Server

	mu    sync.Mutex
	apps  int
	asked int
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
	switch {
	case req.URL.Path == "/.well-known/openid-configuration":
		reply(http.StatusOK, map[string]any{
			"issuer": r.URL, "authorization_endpoint": r.URL + "/a", "token_endpoint": r.URL + "/t", "jwks_uri": r.URL + "/k",
			"registration_endpoint": r.URL + "/register", "token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
		})
	case req.URL.Path == "/register" && req.Method == http.MethodPost:
		r.asked++
		var asked map[string]any
		_ = json.NewDecoder(req.Body).Decode(&asked)
		if uris, _ := asked["redirect_uris"].([]any); len(uris) == 1 {
			reply(http.StatusBadRequest, map[string]any{"error": "invalid_redirect_uri"})
			return
		}
		r.apps++
		asked["client_id"], asked["client_secret"] = "registered-app", "canary-secret"
		asked["registration_access_token"], asked["registration_client_uri"] = "canary-key", r.URL+"/register/1"
		reply(http.StatusCreated, asked)
	case req.Method == http.MethodDelete && req.Header.Get("Authorization") == "Bearer canary-key":
		r.apps--
		w.WriteHeader(http.StatusNoContent)
	case req.URL.Path == "/t":
		if id, secret, _ := req.BasicAuth(); id != "registered-app" || secret != "canary-secret" {
			reply(http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
			return
		}
		reply(http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
	default:
		http.NotFound(w, req)
	}
}

func (r *registrar) registered() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.apps
}

// A provider without a client id at hand: the window has the issuer register
// it, tests it, and takes it back.
func TestRegisterAutomatically(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer := &registrar{}
	issuer.Server = httptest.NewServer(issuer)
	t.Cleanup(issuer.Close)
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Add a provider")
	d.See(window, "By its issuer")
	d.Type(issuer.URL)
	d.Key("Return")
	d.See(window, "Register automatically")
	d.Keep("register")
	// One that nobody uses is taken back.
	d.Click(window, "Register automatically")
	d.See(window, "client_secret_basic")
	d.Keep("registered")
	d.Key("Escape")
	d.Eventually("the registration to be taken back", func() error {
		if n := issuer.registered(); n != 0 {
			return fmt.Errorf("%d registrations", n)
		}
		return nil
	})
	d.See(window, "By its issuer")
	d.Key("Return")
	d.See(window, "Register automatically")
	d.Click(window, "Register automatically")
	d.See(window, "client_secret_basic")
	d.Click(window, "Add and go on")
	d.See(window, "Sign in to Mine")

	text, err := os.ReadFile(filepath.Join(c.home, "providers.d", "mine.toml"))
	if err != nil || !strings.Contains(string(text), "registered-app") || strings.Contains(string(text), "canary") {
		t.Fatalf("the provider's file: %q, %v", text, err)
	}

	d.Key("Tab", "Tab", "Return") // past Back to Registration…
	d.See(window, "Set up Mine")
	d.Key("Tab", "Tab", "Tab", "Tab", "Return") // past secret, Save and Back to Test now
	d.See(window, "things are wrong")
	d.See(window, "its secret accepted")
	d.Keep("tested")
	d.Key("ctrl+n")
	d.Click(window, "Ready")
	d.See(window, "Sign in to Mine")
	d.Key("Tab", "Tab", "Return")
	d.Click(window, "Provider file")
	d.See(window, "The file of Mine")
	d.Click(window, "Remove…")
	d.See(window, "Remove Mine?")
	d.Key("Return")
	d.See(window, "deleted at the provider")
	if n := issuer.registered(); n != 0 {
		t.Errorf("%d registrations are left", n)
	}
}
