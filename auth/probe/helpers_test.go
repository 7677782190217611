package probe

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/auth/oauth"
)

// The canaries must appear in no result.
const (
	canaryAccess = "canary-access-token-7f3a"
	canaryCode   = "canary-code-55de"
	canarySecret = "canary-client-secret-08aa"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// withDefaults completes a tester.
func withDefaults(t Tester) *Tester {
	if t.Now == nil {
		t.Now = time.Now
	}
	if t.Network == nil {
		t.Network = oauth.NewNetwork(nil, t.Now)
	}
	t.Log = slog.New(slog.DiscardHandler)
	return &t
}

// lockedErr is the error of a store that is locked.
type lockedErr struct{}

func (lockedErr) Error() string { return "store: locked" }
func (lockedErr) Code() string  { return "locked" }

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func keySetOf(kid string, key any) any {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key, KeyID: kid, Use: "sig"}}}
}

func oauthError(status int, code, why string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": code, "error_description": why})
	}
}

func webPage(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func goTo(address string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) }
}
