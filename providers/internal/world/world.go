// Package world answers tests for every host of the internet.
package world

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// Canary is the access token that [Reply] asks for. It must appear nowhere.
const Canary = "canary-access-token"

// World is one local TLS server in place of every other.
type World struct {
	Server *httptest.Server
	// Client reaches it by any https address.
	Client *http.Client
	// Asked are the requests by "host/path", to be read when they have ended.
	Asked []string

	mu sync.Mutex
}

// New serves handlers by "host/path" until the test ends.
func New(t testing.TB, handlers map[string]http.HandlerFunc) *World {
	t.Helper()
	w := &World{}
	w.Server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		key := r.Host + r.URL.Path
		w.mu.Lock()
		w.Asked = append(w.Asked, key)
		w.mu.Unlock()
		h, ok := handlers[key]
		if !ok {
			http.NotFound(rw, r)
			return
		}
		h(rw, r)
	}))
	t.Cleanup(w.Server.Close)
	target, err := url.Parse(w.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	inner := w.Server.Client().Transport
	w.Client = &http.Client{Transport: RoundTrip(func(r *http.Request) (*http.Response, error) {
		c := r.Clone(r.Context())
		c.Host, c.URL.Scheme, c.URL.Host = r.URL.Host, target.Scheme, target.Host
		return inner.RoundTrip(c)
	})}
	return w
}

// RoundTrip is an [http.RoundTripper].
type RoundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f RoundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Reply answers whoever has the [Canary] with a JSON body.
func Reply(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+Canary {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

// Status answers with a status, pairs of header and value, and a body that must
// appear nowhere.
func Status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`{"message":"body-canary"}`))
	}
}
