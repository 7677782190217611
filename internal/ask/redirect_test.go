package ask

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestRedirects(t *testing.T) {
	var reached atomic.Bool
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer plain.Close()
	hops := 0
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch hops++; r.URL.Path {
		case "/down":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/once":
			http.Redirect(w, r, "/end", http.StatusFound)
		}
	}))
	defer secure.Close()
	client := NewClient(secure.Client().Transport)
	for path, ok := range map[string]bool{"/down": false, "/round": false, "/once": true} {
		hops = 0
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, secure.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if ok != (err == nil) || hops > 5 {
			t.Errorf("%s: %v after %d hops", path, err, hops)
		}
	}
	if reached.Load() {
		t.Error("a redirect from https to http was followed")
	}
}
