package providers

import (
	"os"
	"path/filepath"
	"testing"
)

// An empty variable says nothing: it takes no value of the file away.
func TestEmptyVariablesSayNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "providers.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "providers.d", "mine.toml")
	if err := os.WriteFile(file, []byte(good+"[client]\nid = \"app\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	load := func(environ ...string) *Provider {
		t.Helper()
		s, err := Load(dir, environ)
		if err != nil {
			t.Fatal(err)
		}
		p, ok := s.Lookup("mine")
		if !ok {
			t.Fatal(s.Problems())
		}
		return p
	}
	p := load("CLAVIGER_MINE_CLIENT_ID=", "CLAVIGER_MINE_CLIENT_SECRET=", "CLAVIGER_MINE_ISSUER=")
	if p.Client.ID != "app" || !p.Client.Secret.IsZero() || p.Issuer != "https://login.example.com" {
		t.Errorf("%+v", p)
	}
	p = load("CLAVIGER_MINE_CLIENT_ID=other", "CLAVIGER_MINE_CLIENT_SECRET=s")
	if p.Client.ID != "other" || p.Client.Secret.Reveal() != "s" {
		t.Errorf("%+v", p)
	}
}

// Saving a form whose client ID was left empty keeps the one of the file.
func TestConfigureWithoutAClientIDKeepsIt(t *testing.T) {
	dir := t.TempDir()
	s, err := Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{"app", "app"}, {"", "app"}, {"  ", "app"}, {" other ", "other"}} {
		if err := s.Configure("google", c[0], nil); err != nil {
			t.Fatal(err)
		}
		if p, _ := s.Lookup("google"); p.Client.ID != c[1] {
			t.Errorf("%q makes it %q, want %q", c[0], p.Client.ID, c[1])
		}
	}
}
