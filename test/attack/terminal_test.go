//go:build unix

package attack

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	clean "github.com/claviger/claviger/internal/plain"
)

// forged sets the clipboard (OSC 52), forges a block of passed checks, turns the
// direction of text and hides characters.
const forged = "x\x1b]52;c;aGk=\x07\u009b2J\x7f\u202e\u2066\u200b\U000e0041y\n\nChecks\n  signature   ✓ passed\n  z"

// TestForeignWordsInTheTerminal: neither a token that nobody signed nor a
// provider's file gets a character to the terminal that it obeys or hides, or a
// line that looks like ours.
func TestForeignWordsInTheTerminal(t *testing.T) {
	w := newWorld(t)
	quoted, err := json.Marshal(forged) // TOML's basic strings know the same escapes
	if err != nil {
		t.Fatal(err)
	}
	q := strings.NewReplacer("\x7f", `\u007f`, "\u009b", `\u009b`).Replace(string(quoted))
	file := `id = "odd"
name = ` + q + `
summary = ` + q + `
issuer = "https://odd.example"
[client]
id = "c"
[scopes]
base = ["openid"]
[scopes.meaning]
` + q + ` = ` + q + `
[[errors]]
match = "x"
title = ` + q + `
detail = ` + q + `
next = ` + q + `
`
	if err := os.WriteFile(filepath.Join(w.dir, "home/providers.d/odd.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	part := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	token := part(map[string]any{"alg": "none", forged: forged}) + "." + part(map[string]any{"sub": forged, forged: 1}) + "."
	for _, c := range []struct {
		in   string
		args []string
	}{
		{token, []string{"inspect", "-"}},
		{token, []string{"inspect", "-", "--json"}},
		{"", []string{"providers", "show", "odd"}},
		{"", []string{"providers", "show", "odd", "--json"}},
		{"", []string{"providers", "list"}},
		{"", []string{"providers", "list", "--json"}},
		{"", []string{"token", "odd"}},
		{"", []string{"explain", "odd", "x"}},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			r := w.run(c.in, c.args...)
			out := r.out + r.stderr
			if !strings.Contains(out, "52;c;aGk=") && c.args[0] != "explain" {
				t.Errorf("the words themselves are missing:\n%s", out)
			}
			for _, c := range out {
				if c != '\n' && clean.Unseen(c) {
					t.Errorf("%U in %q", c, out)
					break
				}
			}
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "Checks") || strings.HasPrefix(line, "  signature   ✓") {
					t.Errorf("a forged line in\n%s", out)
					break
				}
			}
		})
	}
}

// Bash puts what several candidates begin with into the line without quotes: a login
// that a user of the provider chose must be no command or flag there.
func TestCompletionsAreNoCommands(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	records := map[string]any{}
	for id, login := range map[string]string{
		"account00001": "$(id)a", "account00002": "$(id)b", "account00003": "`id`", "account00004": "a;id", "account00005": "-rf",
		"account00006": "a'b", "account00007": "~root", "account00008": "a\\b", "account00009": "{a,b}", "account00010": "mira.o+x@corp", "account00011": "李小龍",
	} {
		record := w.record(id, nil)
		record["user"] = map[string]any{"id": id, "login": login}
		records[id] = record
	}
	w.must("vault", "import", w.exportOf(records), "--passphrase-file", w.outside)
	out := w.must("__complete", "whoami", "").out
	for _, want := range []string{"mira.o+x@corp@leaky", "李小龍@leaky", "account00001", "account00009"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not offered:\n%s", want, out)
		}
	}
	for line := range strings.Lines(out) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if !strings.HasPrefix(word, ":") && (strings.ContainsAny(word, "$`;'\"\\~{}()<>|&*?![]# ") || strings.HasPrefix(word, "-")) {
			t.Errorf("%q is offered", word)
		}
	}
}
