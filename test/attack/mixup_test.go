package attack

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// mixUp is the attack of RFC 9700 §4.4: a hostile provider sends the browser on
// to an honest one, as that one's own client, so that the honest one's code
// comes back as the answer to the hostile one's request.
type mixUp struct {
	honest, hostile *httptest.Server

	mu     sync.Mutex
	issued int      // codes that the honest provider gave
	stolen []string // what reached the hostile token endpoint
}

// newMixUp starts both. The honest provider compares the path of the redirect
// URI with the registered one, unless that is empty; iss, if not empty, comes with its answers.
func newMixUp(t *testing.T, registered, iss string) *mixUp {
	t.Helper()
	m := &mixUp{}
	honest := http.NewServeMux()
	honest.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		back, err := url.Parse(r.FormValue("redirect_uri"))
		if err != nil || r.FormValue("client_id") != "honest-client" || registered != "" && back.Path != registered {
			http.Error(w, "redirect_uri_mismatch", http.StatusBadRequest)
			return
		}
		m.mu.Lock()
		m.issued++
		m.mu.Unlock()
		q := url.Values{"code": {"canary-code-of-the-honest-one"}, "state": {r.FormValue("state")}}
		if iss != "" {
			q.Set("iss", m.honest.URL)
		}
		back.RawQuery = q.Encode()
		http.Redirect(w, r, back.String(), http.StatusFound)
	})
	m.honest = httptest.NewServer(honest)
	t.Cleanup(m.honest.Close)

	hostile := http.NewServeMux()
	hostile.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		q.Set("client_id", "honest-client")
		http.Redirect(w, r, m.honest.URL+"/authorize?"+q.Encode(), http.StatusFound)
	})
	hostile.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		m.stolen = append(m.stolen, string(body))
		m.mu.Unlock()
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
	})
	m.hostile = httptest.NewServer(hostile)
	t.Cleanup(m.hostile.Close)
	return m
}

// file is a plain OAuth 2.0 provider's.
func (m *mixUp) file(id, at, more string) string {
	return "id = '" + id + "'\n[client]\nid = '" + id + "-client'\n[endpoints]\nauthorization = '" + at + "/authorize'\ntoken = '" + at + "/token'\n" + more
}

func TestMixUpGetsNoCode(t *testing.T) {
	const old = "[redirect]\npath = '/callback'\n"
	for name, c := range map[string]struct {
		registered      string
		iss             string
		honest, hostile string // added to the provider files
		shared          bool   // refused before anything is sent
	}{
		"paths by id":                      {registered: "/callback/honest"},
		"it takes the other's path":        {registered: "/callback/honest", hostile: "[redirect]\npath = '/callback/honest'\n", shared: true},
		"it takes one below the other's":   {registered: "/callback/honest", hostile: "[redirect]\npath = '/callback/honest/x'\n", shared: true},
		"it spells the other's path anew":  {registered: "/callback/honest", hostile: "[redirect]\npath = '/callback/%68onest'\n", shared: true},
		"its id is the other's path":       {registered: "/callback/hostile", honest: "[redirect]\npath = '/callback/hostile'\n", shared: true},
		"both keep an earlier path":        {registered: "/callback", honest: old, hostile: old, shared: true},
		"the honest one compares no paths": {registered: "", iss: "own"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMixUp(t, c.registered, c.iss)
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "providers.d"), 0o700); err != nil {
				t.Fatal(err)
			}
			files := map[string]string{"honest": m.file("honest", m.honest.URL, c.honest), "hostile": m.file("hostile", m.hostile.URL, c.hostile)}
			for id, text := range files {
				if err := os.WriteFile(filepath.Join(dir, "providers.d", id+".toml"), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			set, err := providers.Load(dir, nil)
			if err != nil || len(set.Problems()) > 0 {
				t.Fatal(err, set.Problems())
			}
			a, err := auth.New(auth.Options{Lookup: set.Lookup})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			f, err := a.Start(t.Context(), auth.SignInRequest{Provider: "hostile", NoBrowser: true, Timeout: time.Minute})
			if c.shared {
				if !errors.Is(err, providers.ErrSharedRedirect) {
					t.Fatalf("err = %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			page := visit(t, f.URL())
			if c.iss != "" {
				if _, err := f.Wait(t.Context()); !errors.Is(err, oauth.ErrIssMismatch) {
					t.Errorf("err = %v", err)
				}
			} else if !strings.Contains(page, "redirect_uri_mismatch") {
				t.Errorf("the honest provider answered %q", page)
			}
			f.Cancel()
			m.mu.Lock()
			defer m.mu.Unlock()
			if len(m.stolen) != 0 {
				t.Errorf("the hostile token endpoint got %d requests; codes issued: %d", len(m.stolen), m.issued)
			}
		})
	}
}

// visit opens an address as a browser does and returns the last page.
func visit(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
