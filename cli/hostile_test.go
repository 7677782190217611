package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// hostile is a text that sets the clipboard (OSC 52), forges lines, turns the
// direction and hides characters.
const hostile = "x\x1b]52;c;aGk=\x07\u009b2J\x7f\u202e\u2066\u200b\U000e0041y\n\nChecks\n  signature   ✓ passed\ny"

// noneUnseen fails where out has a character that a terminal obeys or hides, or
// a line that hostile forged.
func noneUnseen(t *testing.T, out string) {
	t.Helper()
	for _, r := range out {
		if r != '\n' && plain.Unseen(r) {
			t.Errorf("%U in %q", r, out)
			break
		}
	}
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "Checks") || strings.HasPrefix(line, "  signature   ✓") {
			t.Errorf("a forged line in:\n%s", out)
			break
		}
	}
}

func TestOneWriterCleans(t *testing.T) {
	for name, write := range map[string]func(r *runner) error{
		"names of a card":   func(r *runner) error { return r.card("Claims", []field{{hostile, "1"}, {"n", "2"}}) },
		"values of a card":  func(r *runner) error { return r.card("Claims", []field{{"n", hostile}}) },
		"heading of a card": func(r *runner) error { return r.card("\n"+hostile, []field{{"n", "1"}}) },
		"cells":             func(r *runner) error { return r.table([][]string{{"NAME"}, {hostile}}) },
		"a message":         func(r *runner) error { r.say("It is %s: %v", hostile, errors.New(hostile)); return nil },
		"an error":          func(r *runner) error { Tell(r.Err, problemOf(hostile)); return nil },
		"a token that nobody signed": func(r *runner) error {
			return r.showInspection(inspectedJSON{
				Inspection: &auth.Inspection{
					Format: "jwt", Header: map[string]any{hostile: hostile}, Claims: map[string]any{hostile: []any{hostile}},
					Notes: []string{hostile}, Faults: []inspect.Fault{{Part: hostile, Text: hostile}}, Disclosed: map[string]any{hostile: hostile},
				},
				Introspection: map[string]any{hostile: hostile},
				Compared: &inspect.Comparison{
					ScopesGained: []string{hostile}, ScopesLost: []string{hostile},
					Changed: []inspect.Difference{{Claim: hostile, Before: hostile, After: []any{hostile}}},
				},
			}, time.Now())
		},
		"a question": func(r *runner) error {
			_, err := r.confirm(context.Background(), "Go to "+hostile+"?")
			return err
		},
		"a provider": func(r *runner) error {
			return r.showProvider(&providers.Provider{
				ID: "p", Name: hostile, Scopes: providers.Scopes{Meaning: map[string]string{hostile: hostile}},
				Errors: []providers.ErrorHelp{{Match: "x", Title: hostile, Detail: hostile}},
			}, providerDetailJSON{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			r := &runner{Services: Services{In: strings.NewReader(""), Out: &out, Err: &out}}
			if err := write(r); err != nil {
				t.Fatal(err)
			}
			noneUnseen(t, out.String())
			if !strings.Contains(out.String(), "52;c;aGk=") {
				t.Errorf("the text itself is missing: %q", out.String())
			}
		})
	}
}

func TestNamesOfACardAreBounded(t *testing.T) {
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	if err := r.card("Claims", []field{{strings.Repeat("n", 1<<20), "1"}, {"iss", "2"}}); err != nil {
		t.Fatal(err)
	}
	if n := out.Len(); n > 2000 {
		t.Errorf("%d bytes for two fields", n)
	}
}

// A command to copy holds a foreign text as one word of the shell.
func TestCommandsToCopyAreQuoted(t *testing.T) {
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	m := &providers.Metadata{
		Issuer:                "https://op.example/$(id)';id;'",
		AuthorizationEndpoint: "https://op.example/authorize",
		TokenEndpoint:         "https://op.example/token",
	}
	if err := r.showMetadata(m, nil, ""); err != nil {
		t.Fatal(err)
	}
	if want := `--issuer 'https://op.example/$(id)'\'';id;'\''' --client-id`; !strings.Contains(out.String(), want) {
		t.Errorf("%s is missing in:\n%s", want, out.String())
	}
}

// JSON is shown in terminals too, but loses nothing.
func TestJSONEscapesWhatIsUnseen(t *testing.T) {
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	if err := r.printJSON(map[string]string{hostile: hostile}); err != nil {
		t.Fatal(err)
	}
	noneUnseen(t, out.String())
	var got map[string]string
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got[hostile] != hostile {
		t.Errorf("%q, %v", got, err)
	}
}

func problemOf(text string) error {
	return &problemError{problem: problem.Problem{Title: text, Detail: text, Next: text, Copy: text, Link: text}}
}
