// Package registrar is an OpenID issuer for tests that registers apps by request.
package registrar

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// ClientID is that of every registration.
const ClientID = "registered-app"

// Options are what an issuer gives and wants.
type Options struct {
	// Initial is the initial access token (RFC 7591 §3); "" is open to anybody.
	Initial string
	// Secret is the client secret, Key the registration access token (RFC 7592
	// §3) of every registration; without a key, none can be deleted.
	Secret, Key string
}

// Server is the issuer. It compares the port of redirect URIs, and so refuses
// to register a single one.
type Server struct {
	*httptest.Server

	o       Options
	mu      sync.Mutex
	asked   int
	clients int
	trouble bool
}

// Start starts an issuer, which ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{o: o}
	s.mu.Lock() // a request sees the server only with its address
	s.Server = httptest.NewServer(s)
	s.mu.Unlock()
	t.Cleanup(s.Close)
	return s
}

// Asked is how many registrations were asked for.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Trouble makes the server answer deletions with an error of its own, or not.
func (s *Server) Trouble(now bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = now
}

// Clients is how many registrations there are.
func (s *Server) Clients() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clients
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case r.URL.Path == "/.well-known/openid-configuration":
		reply(w, http.StatusOK, map[string]any{
			"issuer": s.URL, "authorization_endpoint": s.URL + "/a", "token_endpoint": s.URL + "/t", "jwks_uri": s.URL + "/k",
			"registration_endpoint": s.URL + "/register", "token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
		})
	case r.URL.Path == "/register" && r.Method == http.MethodPost && bearer == s.o.Initial:
		s.register(w, r)
	case r.URL.Path == "/register":
		reply(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token", "error_description": "for members"})
	case r.Method == http.MethodDelete && s.trouble:
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.URL.Path == "/register/1" && r.Method == http.MethodDelete && bearer == s.o.Key && s.clients > 0:
		s.clients--
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Path == "/t":
		if id, secret, _ := r.BasicAuth(); id != ClientID || secret != s.o.Secret {
			reply(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
			return
		}
		reply(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
	default:
		http.NotFound(w, r)
	}
}

// register is RFC 7591 §3.
func (s *Server) register(w http.ResponseWriter, r *http.Request) {
	s.asked++
	client := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&client)
	if uris, _ := client["redirect_uris"].([]any); len(uris) == 1 {
		reply(w, http.StatusBadRequest, map[string]any{"error": "invalid_redirect_uri"})
		return
	}
	s.clients++
	client["client_id"], client["client_secret"] = ClientID, s.o.Secret
	if s.o.Key != "" {
		client["registration_access_token"], client["registration_client_uri"] = s.o.Key, s.URL+"/register/1"
	}
	reply(w, http.StatusCreated, client)
}

func reply(w http.ResponseWriter, status int, v map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
