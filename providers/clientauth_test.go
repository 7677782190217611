package providers

import (
	"strings"
	"testing"
)

// The way of a client secret is the file's, or the first that is known of those
// that the provider lists, or Basic (RFC 8414 §2).
func TestAuthMethod(t *testing.T) {
	for _, c := range []struct {
		secret, auth string
		listed       []string
		want         string
	}{
		{"s", "", nil, AuthBasic},
		{"s", AuthAuto, []string{"client_secret_post", "client_secret_basic"}, AuthPost},
		{"s", AuthAuto, []string{"client_secret_basic", "client_secret_post"}, AuthBasic},
		{"s", AuthAuto, []string{"private_key_jwt", "client_secret_post"}, AuthPost},
		{"s", AuthAuto, []string{"none", "client_secret_basic"}, AuthBasic},
		{"s", AuthAuto, []string{"private_key_jwt"}, AuthBasic},
		{"s", AuthPost, []string{"client_secret_basic"}, AuthPost},
		{"s", AuthBasicPlain, nil, AuthBasicPlain},
		{"", AuthPost, nil, AuthNone},
		{"", "", nil, AuthNone},
	} {
		client := Client{Secret: NewSecret(c.secret), Auth: c.auth}
		if got := client.AuthMethod(&Metadata{TokenEndpointAuthMethods: c.listed}); got != c.want {
			t.Errorf("%q, %q, %v: %q, want %q", c.secret, c.auth, c.listed, got, c.want)
		}
	}
	if got := (Client{Secret: NewSecret("s")}).AuthMethod(nil); got != AuthBasic {
		t.Errorf("without metadata: %q", got)
	}
}

// No built-in provider rules a secret out, whatever it recommends: who has one is
// never left with a sign-in that drops it.
func TestNoPresetRulesASecretOut(t *testing.T) {
	for _, id := range presetIDs() {
		p, err := preset(id)
		if err != nil {
			t.Fatal(err)
		}
		if setting := p.Client.NoSecret(); (setting != "") != (id == "demo") {
			t.Errorf("%s: %q", id, setting)
		}
	}
}

// A file that is made for a client with a secret says so, and never which.
func TestWithSecret(t *testing.T) {
	data, err := FromPreset("mine", "keycloak", "", "c", map[string]string{"host": "login.example.com", "realm": "acme"})
	if err != nil {
		t.Fatal(err)
	}
	if data, err = WithSecret(data); err != nil || strings.Count(string(data), "[client]") != 1 {
		t.Fatalf("%v\n%s", err, data)
	}
	p, err := Parse("mine.toml", data)
	if err != nil || p.Client.SecretUse != "required" || p.Client.ID != "c" {
		t.Errorf("%v: %+v", err, p.Client)
	}
}
