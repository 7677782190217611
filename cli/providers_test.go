package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"claviger/cli"
	"claviger/providers"
)

func TestProvidersList(t *testing.T) {
	s := newSession(t)
	out, _ := s.run(cli.ExitDone, "providers", "list", "--json")
	var list []struct {
		ID, Name, Reason, Origin string
		Ready                    bool
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range list {
		seen[p.ID] = true
		if p.ID == "" || p.Name == "" || p.Origin == "" || p.Ready == (p.Reason != "") {
			t.Errorf("provider %+v", p)
		}
	}
	for _, id := range []string{"authtest", "demo", "github", "google"} {
		if !seen[id] {
			t.Errorf("%s is not listed", id)
		}
		s.run(cli.ExitDone, "providers", "show", id)
	}
	if out, _ := s.run(cli.ExitDone, "providers", "list"); !strings.Contains(out, "github") {
		t.Errorf("list:\n%s", out)
	}
	out, _ = s.run(cli.ExitDone, "providers", "show", "github")
	for _, want := range []string{"http://127.0.0.1/callback", "CLAVIGER_GITHUB_CLIENT_ID", "https://github.com/"} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	out, _ = s.run(cli.ExitDone, "providers", "show", "github", "--json")
	if o := object(t, out); o["id"] != "github" || o["redirect_uri"] != "http://127.0.0.1/callback" {
		t.Errorf("show --json: %v", o)
	}
}

func TestProvidersDiscover(t *testing.T) {
	s := newSession(t)
	out, _ := s.run(cli.ExitDone, "providers", "discover", s.provider.URL)
	for _, want := range []string{s.provider.URL + "/token", "schema = 1", "YOUR-CLIENT-ID"} {
		if !strings.Contains(out, want) {
			t.Errorf("discover lacks %q:\n%s", want, out)
		}
	}
	// What it proposes to save is a provider.
	_, file, _ := strings.Cut(out, ".toml:\n\n")
	if _, err := providers.Parse("mine.toml", []byte(file)); err != nil {
		t.Errorf("the proposed file: %v\n%s", err, file)
	}
	out, _ = s.run(cli.ExitDone, "providers", "discover", s.provider.URL, "--json")
	if m, _ := object(t, out)["metadata"].(map[string]any); m["issuer"] != s.provider.URL {
		t.Errorf("discover --json: %s", out)
	}
	s.provider.Close()
	s.run(cli.ExitOffline, "providers", "discover", s.provider.URL)
}

func TestProvidersThatCannotBeUsedAreTold(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "providers.toml"), []byte("this is = not [ toml"), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := providers.Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	services := failing(nil)
	services.Providers = func() (*providers.Set, error) { return set, nil }
	code, stdout, stderr := line(t, services, "providers", "list")
	if code != cli.ExitDone || !strings.Contains(stderr, "providers.toml") || !strings.Contains(stdout, "demo") {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}
