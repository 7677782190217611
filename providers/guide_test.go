package providers_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// guideBlocks are the code blocks of one language in docs/provider-files.md,
// with the heading that they stand under.
func guideBlocks(t *testing.T, language string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("../docs/provider-files.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	heading, text, in := "", "", ""
	for line := range strings.Lines(string(data)) {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && in == "":
			in, text = fence, ""
		case isFence:
			if in == language {
				out[heading] = append(out[heading], text)
			}
			in = ""
		case in != "":
			text += line
		case strings.HasPrefix(line, "#"):
			heading = strings.Trim(line, "# \n")
		}
	}
	return out
}

// TestGuide reads every file of the guide and tries its mappings on its answers.
func TestGuide(t *testing.T) {
	files, answers := guideBlocks(t, "toml"), guideBlocks(t, "json")
	whole := regexp.MustCompile(`(?m)^id = `)
	n := 0
	for heading, blocks := range files {
		for _, text := range blocks {
			if !whole.MatchString(text) { // a part goes with the shop's file
				text = files["Plain OAuth 2.0, with mappings"][0] + text
			}
			if _, err := providers.Parse(heading, []byte(text)); err != nil {
				t.Errorf("%s: %v", heading, err)
			}
			n++
		}
	}
	if n < 6 {
		t.Errorf("only %d files in the guide", n)
	}

	shop, err := providers.Parse("shop", []byte(files["Plain OAuth 2.0, with mappings"][0]+files["Groups, page after page"][0]))
	if err != nil {
		t.Fatal(err)
	}
	samples := append(answers["Plain OAuth 2.0, with mappings"], answers["Groups, page after page"]...)
	mappings := identity.Mappings(shop)
	if len(mappings) != 3 || len(samples) != 3 {
		t.Fatalf("%d mappings, %d answers", len(mappings), len(samples))
	}
	want := []identity.Identity{
		{User: identity.User{ID: "4711", Login: "mira", Name: "Mira Osei", Picture: "https://img.example.com/4711.png"}},
		{User: identity.User{Email: "mira@example.com", EmailVerified: true}},
		{Groups: []identity.Group{{ID: "3", Name: "Packers", Kind: "team"}, {ID: "9", Name: "Buyers", Kind: "team"}}},
	}
	for i, m := range mappings {
		got, err := identity.Preview(t.Context(), shop, m, []byte(samples[i]))
		if err != nil {
			t.Errorf("%s: %v", m.Name, err)
			continue
		}
		got.User.Claims = nil
		for g := range got.Groups {
			got.Groups[g].Sources = nil
		}
		if d := cmp.Diff(&want[i], got); d != "" {
			t.Errorf("%s: %s", m.Name, d)
		}
	}
}
