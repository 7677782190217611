package providers

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestPresetsAreValid(t *testing.T) {
	want := []string{
		"apple", "auth0", "authentik", "azure", "bitbucket", "cognito", "demo", "dex", "discord", "facebook", "gitea", "github", "gitlab", "google",
		"keycloak", "linkedin", "oauth2", "oidc", "okta", "slack", "spotify", "twitch", "x", "zitadel",
	}
	if got := presetIDs(); !slices.Equal(got, want) {
		t.Fatalf("built-in providers %q, want %q", got, want)
	}
	doubt := regexp.MustCompile(`(?im)^\s*#.*\sunverified.*$`)
	for _, id := range want {
		data, err := presetFiles.ReadFile("presets/" + id + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(id+".toml", data)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if p.ID != id || p.Summary == "" || p.Monogram == "" || p.Client.Help == "" {
			t.Errorf("%s: id %q, or summary, monogram or help missing", id, p.ID)
		}
		for _, s := range slices.Concat(p.Notes, p.Unverified) {
			if !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q is no sentence", id, s)
			}
		}
		if c := doubt.Find(data); c != nil {
			t.Errorf("%s: %q is for the key unverified, so that people see it", id, c)
		}
		for _, s := range slices.Concat(p.Scopes.Base, p.Scopes.Profile, p.Scopes.Groups, p.Scopes.Offline) {
			if p.Scopes.Meaning[s] == "" {
				t.Errorf("%s: scope %s has no meaning", id, s)
			}
		}
	}
}

func TestLoadBuiltIn(t *testing.T) {
	s, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	all := s.All()
	if len(all) != 24 || all[0].ID != "demo" || len(s.Problems()) != 0 {
		t.Fatalf("got %d providers, first %s, problems %v", len(all), all[0].ID, s.Problems())
	}
	if err := all[0].Ready(); err != nil {
		t.Errorf("demo is not ready: %v", err)
	}
}

// TestLookupReadsOneFile keeps the built-in providers out of the start of a
// command that needs one of them.
func TestLookupReadsOneFile(t *testing.T) {
	s, err := Load("", []string{"CLAVIGER_WORK_ISSUER=https://id.example", "CLAVIGER_GITHUB_CLIENT_ID=x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"github", "work"} {
		if _, ok := s.Lookup(id); !ok {
			t.Fatalf("no %s", id)
		}
	}
	var read []string
	for _, id := range sortedKeys(s.known) {
		if s.known[id] != nil {
			read = append(read, id)
		}
	}
	if !slices.Equal(read, []string{"github", "work"}) {
		t.Errorf("read %q", read)
	}
}
