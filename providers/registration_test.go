package providers

import (
	"slices"
	"testing"
)

func TestRegisterURIs(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                 nil,
		"http://127.0.0.1/callback":        {"http://127.0.0.1/callback"},
		"http://a:1/c, http://a:2/c":       {"http://a:1/c", "http://a:2/c"},
		`http://127\.0\.0\.1:\d+/callback`: {`http://127\.0\.0\.1:\d+/callback`},
	} {
		if got := (Redirect{Register: text}).RegisterURIs(); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// No page of a built-in provider is ever opened with a blank in its address.
func TestRegistrationPage(t *testing.T) {
	set, err := Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	blanks := 0
	for _, p := range set.All() {
		page, blank := p.RegistrationPage(nil)
		if blank == "" {
			continue
		}
		blanks++
		if page != "" {
			t.Errorf("%s: %q with the blank %q", p.ID, page, blank)
		}
		if _, known := p.Variables[blank]; !known {
			t.Errorf("%s: %q is no variable", p.ID, blank)
		}
	}
	if blanks == 0 {
		t.Error("no built-in provider has a blank: nothing was tested")
	}
	p := &Provider{
		Client:    Client{URL: "https://{host}/{realm}/apps"},
		Variables: map[string]Variable{"host": {}, "realm": {Value: "master"}},
	}
	for host, want := range map[string][2]string{
		"":                      {"", "host"},
		" login.example ":       {"https://login.example/master/apps", ""},
		"https://login.example": {"", "host"},
		"a b":                   {"", "host"},
	} {
		if page, blank := p.RegistrationPage(map[string]string{"host": host}); page != want[0] || blank != want[1] {
			t.Errorf("%q: %q, %q", host, page, blank)
		}
	}
}
