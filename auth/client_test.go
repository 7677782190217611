package auth

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
)

func send(t *testing.T, c *http.Client, method, address, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func TestClientRefreshesOnceOn401(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	c, err := a.Client(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.ExpireNow() // before its time: only the 401 tells
	resp := send(t, c, http.MethodPost, p.URL+"/api/things", "a body that is sent twice")
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`"mira"`)) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp.Request.Header.Get("Authorization") != "" {
		t.Error("the answer's request holds the token")
	}
	if n := p.Refreshes(); n != 1 {
		t.Errorf("%d refresh requests", n)
	}
	// Where the provider says no again, it is left at that.
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.API: {Status: 401}}})
	if resp := send(t, c, http.MethodGet, p.URL+"/api/things", ""); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d", resp.StatusCode)
	}
	if n := p.Refreshes(); n != 2 {
		t.Errorf("%d refresh requests, want 2", n)
	}
	// A body that cannot be sent again is not.
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL+"/api/things", io.MultiReader(strings.NewReader("once")))
	if resp, err := c.Do(req); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("%v, %v", resp, err)
	}
	if n := p.Refreshes(); n != 2 {
		t.Errorf("%d refresh requests, want 2", n)
	}
}

func TestClientKeepsTheTokenToItself(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	c, err := a.Client(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
		if r.URL.Path == "/again" {
			http.Redirect(w, r, "/end", http.StatusFound)
		}
	}))
	t.Cleanup(other.Close)
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			t.Error("the first host got no token")
		}
		http.Redirect(w, r, other.URL+"/again", http.StatusFound)
	}))
	t.Cleanup(first.Close)
	send(t, c, http.MethodGet, first.URL, "")
	if len(got) != 2 || got[0] != "" || got[1] != "" {
		t.Errorf("the other host got %q", got)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://api.example.org/", nil)
	if _, err := c.Do(req); !errors.Is(err, oauth.ErrPlainHTTP) {
		t.Errorf("over http: %v", err)
	}
	if _, err := a.Client(t.Context(), "nobody000000"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("nobody: %v", err)
	}
}
