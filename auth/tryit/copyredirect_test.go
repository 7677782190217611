package tryit

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A redirect takes no secret of a copied request elsewhere, as it takes none here.
func TestACopySendsNoSecretWhereARedirectLeads(t *testing.T) {
	got := make(chan http.Header, 2)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header }))
	defer elsewhere.Close()
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	}))
	defer own.Close()
	r := Request{Method: "GET", URL: own.URL + "/", Headers: []Header{{Name: "X-Api-Key", Value: "x"}, {Name: "X-Note", Value: "hello"}}}

	if text := CopyAs(Go, "abc123abc123", r); !strings.Contains(text, "client.CheckRedirect") {
		t.Errorf("net/http takes X-Api-Key along:\n%s", text)
	}
	if runtime.GOOS == "windows" {
		t.Skip("it has no scripts without an ending")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "claviger"), []byte("#!/bin/sh\necho 'Authorization: Bearer canary'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "python3", "-c", CopyAs(Python, "abc123abc123", r))
	cmd.Env = append(os.Environ(), "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"), "TRY_X_API_KEY=canary", "no_proxy=*")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	first, second := <-got, <-got
	if first.Get("Authorization") != "Bearer canary" || first.Get("X-Api-Key") != "canary" || first.Get("X-Note") != "hello" {
		t.Errorf("the server got %v", first)
	}
	if second.Get("Authorization") != "" || second.Get("X-Api-Key") != "" {
		t.Errorf("another one got %v", second)
	}
}
