package providers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequestRules(t *testing.T) {
	p, err := Parse("f.toml", []byte(`id = "own"
issuer = "https://a.example"
[authorization]
par = "required"
dpop = "auto"
resource = ["https://b.example", "https://c.example"]
params = { prompt = "login" }
token_params = { audience = "x" }
token_lifetime = "2h"
bearer_types = ["user", "bot"]
names = { domain_hint = "hd", max_age = "", prompt = "prompt" }
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Sends prompt=login with the sign-in.",
		"Sends audience=x with each token request.",
		"Requests tokens for https://b.example and https://c.example (RFC 8707).",
		"Calls domain_hint hd.",
		"Does not support max_age.",
		"Always pushes the request (RFC 9126).",
		"Binds tokens to a key if the provider supports it (RFC 9449).",
		"Assumes that tokens last 2h unless the provider says otherwise.",
		"Takes the token type user or bot as Bearer.",
	}
	if d := cmp.Diff(want, p.RequestRules()); d != "" {
		t.Error(d)
	}
	plain := provider(t, "gitlab")
	if rules := plain.RequestRules(); len(rules) != 0 {
		t.Errorf("a provider without any: %q", rules)
	}
}
