package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/providers"
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
	for _, want := range []string{"http://127.0.0.1/callback/github", "CLAVIGER_GITHUB_CLIENT_ID", "https://github.com/"} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	out, _ = s.run(cli.ExitDone, "providers", "show", "github", "--json")
	if o := object(t, out); o["id"] != "github" || o["redirect_uri"] != "http://127.0.0.1/callback/github" {
		t.Errorf("show --json: %v", o)
	}
}

// TestProvidersShowSaysEverything holds what is shown of each built-in provider
// against what its file says.
func TestProvidersShowSaysEverything(t *testing.T) {
	s := newSession(t)
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.All() {
		want := slices.Concat(p.Notes, p.Unverified, p.SignOutRules(), p.RequestRules(),
			[]string{p.Client.URL, p.Client.Type, p.Redirect.Register, p.Unusable, p.Client.SecretRule(), p.SignOut.Page, p.DeviceRule()})
		want = slices.AppendSeq(want, strings.SplitSeq(p.Client.Help, "\n"))
		if p.Unusable == "" {
			want = append(want, p.Redirect.Rule())
		}
		for scope, meaning := range p.Scopes.Meaning {
			want = append(want, scope+": "+meaning)
		}
		for _, source := range p.Profile.Sources {
			want = append(want, source.Name, source.Place())
			want = slices.AppendSeq(want, strings.SplitSeq(source.Map, "\n"))
		}
		for _, g := range p.Groups {
			want = append(want, g.Name, g.Place(), g.Pages(), g.Scope)
			want = slices.AppendSeq(want, strings.SplitSeq(g.Items, "\n"))
		}
		for _, e := range p.ErrorWords() {
			want = append(want, e.Title+".", e.Detail, e.Next)
		}
		out, _ := s.run(cli.ExitDone, "providers", "show", p.ID)
		out = strings.ReplaceAll(out, ", ", " ") // scopes of a condition are a list there
		for _, text := range want {
			if !strings.Contains(out, strings.ReplaceAll(text, ", ", " ")) {
				t.Errorf("show %s lacks %q", p.ID, text)
			}
		}
		o, _ := s.run(cli.ExitDone, "providers", "show", p.ID, "--json")
		got := object(t, o)
		for field, n := range map[string]int{
			"errors": len(p.Errors), "groups": len(p.Groups), "profile": len(p.Profile.Sources),
			"notes": len(p.Notes), "unverified": len(p.Unverified),
		} {
			if l, ok := got[field].([]any); !ok || len(l) != n {
				t.Errorf("show %s --json has %s %v, want %d", p.ID, field, got[field], n)
			}
		}
		if r, _ := got["redirect"].(map[string]any); r["path"] != p.Redirect.Path || r["rule"] != p.Redirect.Rule() {
			t.Errorf("show %s --json: redirect %v", p.ID, got["redirect"])
		}
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
