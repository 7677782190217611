package providers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesThatChangeAreReadAgain: the window and the agent go on while a command adds a
// provider, or an editor mends a mistake.
func TestFilesThatChangeAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	set, err := Load(dir, []string{"CLAVIGER_WORK_CLIENT_ID=from-the-environment"})
	if err != nil {
		t.Fatal(err)
	}
	set.Put(&Provider{ID: "put", Name: "Put"})
	if _, ok := set.Lookup("work"); ok {
		t.Fatal("it is there already")
	}
	path := filepath.Join(dir, "providers.d", "work.toml")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const good = "id = \"work\"\npreset = \"oidc\"\nname = \"Work\"\nissuer = \"https://login.example.com\"\n"
	there := func(problems int) {
		t.Helper()
		p, ok := set.Lookup("work")
		if ok != (problems == 0) || ok && (p.Issuer != "https://login.example.com" || p.Client.ID != "from-the-environment") {
			t.Errorf("%v, %+v", ok, p)
		}
		if got := set.Problems(); len(got) != problems {
			t.Errorf("%d problems: %v", len(got), got)
		}
	}
	write(good)
	there(0)
	write(strings.Replace(good, "issuer", "isuer", 1))
	there(1)
	write(good)
	there(0)
	if err := load(t, dir).Remove("work"); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"work": false, "put": true, "demo": true} {
		if _, ok := set.Lookup(id); ok != want {
			t.Errorf("%s: %v", id, ok)
		}
	}
	if _, err := load(t, dir).Add([]byte(good)); err != nil {
		t.Fatal(err)
	}
	there(0)
}
