package providers

import (
	"strings"
	"testing"
)

// TestEveryPresetExplainsItsErrors asks each built-in provider for the errors
// that people meet most: an address that is not registered, and two more.
func TestEveryPresetExplainsItsErrors(t *testing.T) {
	for _, id := range presetIDs() {
		if id == "demo" {
			continue
		}
		p, err := preset(id)
		if err != nil {
			t.Fatal(err)
		}
		if p.Unusable != "" {
			continue
		}
		copies := 0
		for _, e := range p.Errors {
			if e.Copy {
				copies++
			}
			if !groupsHoldCodes(e.Match) {
				t.Errorf("%s: %s: a group that holds no code", id, e.Match)
			}
			if strings.HasSuffix(e.Title, ".") {
				t.Errorf("%s: %q ends with a full stop", id, e.Title)
			}
		}
		// Google registers no addresses: there is none to copy.
		if len(p.Errors) < 3 || copies == 0 && id != "google" {
			t.Errorf("%s has %d errors, %d with the address to register", id, len(p.Errors), copies)
		}
	}
}

// groupsHoldCodes reports whether each group that counts stands at the edge of
// a word: what the first one matches is shown as a code, and should be one.
func groupsHoldCodes(expr string) bool {
	for i, c := range expr {
		before := expr[:i]
		if c == '(' && !strings.HasPrefix(expr[i:], "(?:") && !strings.HasSuffix(before, `\b`) && !strings.HasSuffix(before, `\`) {
			return false
		}
	}
	return true
}

func TestHelp(t *testing.T) {
	azure, err := preset("azure")
	if err != nil {
		t.Fatal(err)
	}
	help, code, ok := azure.Help("invalid_client: AADSTS7000218: The request body must contain the following parameter")
	if !ok || code != "AADSTS7000218" || !help.Copy || !strings.Contains(help.Title, "secret") {
		t.Errorf("%+v, %q, %v", help, code, ok)
	}
	if _, _, ok := azure.Help("invalid_client: AADSTS70002180: longer than the known one"); ok {
		t.Error("a number that begins with a known one is taken for it")
	}
	oidc, err := preset("oidc")
	if err != nil {
		t.Fatal(err)
	}
	help, code, ok = oidc.Help("invalid_request: urn:ietf:params:oauth:grant-type:device_code is not allowed for this client")
	if !ok || code != "" || help.Copy || !strings.Contains(help.Title, "does not allow this sign-in method") {
		t.Errorf("%+v, %q, %v", help, code, ok)
	}
	if _, code, ok := HelpAnywhere("whatever: aadsts50105"); !ok || code != "aadsts50105" {
		t.Errorf("%q, %v", code, ok)
	}
	if help, _, ok := HelpAnywhere("Callback URL mismatch"); ok {
		t.Errorf("Auth0's words for everybody: %+v", help)
	}
}

func TestErrorHelpOfAFile(t *testing.T) {
	file := func(errors string) string {
		return "id = \"work\"\npreset = \"oidc\"\nissuer = \"https://id.example\"\n" + errors
	}
	for text, want := range map[string]string{
		`[[errors]]` + "\nmatch = '('\ntitle = 'x'\nnext = 'y'":             "not a regular expression",
		`[[errors]]` + "\nmatch = 'a*'\ntitle = 'x'\nnext = 'y'":            "matches every text",
		`[[errors]]` + "\ntitle = 'x'\nnext = 'y'":                          "match is missing",
		`[[errors]]` + "\nmatch = 'a'\nnext = 'y'":                          "title is missing",
		`[[errors]]` + "\nmatch = 'a'\ntitle = 'x'":                         "next is missing",
		`[[errors]]` + "\nmatch = '" + strings.Repeat("a", 501) + "'":       "longer than 500",
		`[[errors]]` + "\nmatch = 'a'\ntitle = 'x'\nnext = 'y'\ncolour = 1": "unknown key",
	} {
		_, err := Parse("work.toml", []byte(file(text)))
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), ":", ""), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	p, err := Parse("work.toml", []byte(file("[[errors]]\nmatch = 'ACME-([0-9]+)'\ntitle = 'Closed at night'\nnext = 'Come back in the morning.'\n")))
	if err != nil {
		t.Fatal(err)
	}
	if help, code, ok := p.Help("server_error: acme-17"); !ok || code != "17" || help.Title != "Closed at night" {
		t.Errorf("%+v, %q, %v", help, code, ok)
	}
	if c := p.Clone(); len(c.Errors) != 1 {
		t.Errorf("a copy has %d errors", len(c.Errors))
	}
}
