package identity

import (
	"net/http"
	"testing"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// What a claim holds changes no address: not its host, nor the parts of its path
// and query.
func TestClaimsInAddresses(t *testing.T) {
	const hostile = "a b/c?d&e#f'g"
	for address, want := range map[string]string{
		"https://a.example/u/{sub}/x":          "https://a.example/u/a%20b%2Fc%3Fd&e%23f%27g/x",
		"https://a.example/u?q={sub}&x=1":      "https://a.example/u?q=a+b%2Fc%3Fd%26e%23f%27g&x=1",
		"https://a.example/{sub}?q={sub}":      "https://a.example/a%20b%2Fc%3Fd&e%23f%27g?q=a+b%2Fc%3Fd%26e%23f%27g",
		"https://a.example/u?q='{sub:quoted}'": `https://a.example/u?q='a+b%2Fc%3Fd%26e%23f%5C%27g'`,
		"https://{sub}/x":                      "",
		"https://{sub}.example/x":              "",
		"https://a.example/u/{none}":           "",
	} {
		id := newIdentifier(&providers.Provider{ID: "p"}, Request{HTTP: http.DefaultClient, IDTokenClaims: map[string]any{"sub": hostile}})
		got, err := id.fill("Source", address)
		if want == "" && err == nil || want != "" && (err != nil || got != want) {
			t.Errorf("%s is\n%s, want\n%s (%v)", address, got, want, err)
		}
	}
}

// The ID token is signed, and counts first if two have the same claim.
func TestClaimsOfTheIDTokenComeFirst(t *testing.T) {
	w := world.New(t, map[string]http.HandlerFunc{"login.example.com/userinfo": world.Reply(`{"sub":"me","tenant":"theirs","more":1}`)})
	p, err := providers.Parse("f.toml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	got := identityOf(t, w, p, Request{
		IDTokenClaims: map[string]any{"sub": "me", "tenant": "ours"}, Metadata: &providers.Metadata{UserinfoEndpoint: "https://login.example.com/userinfo"},
	})
	if c := got.User.Claims; c["tenant"] != "ours" || c["more"] == nil {
		t.Errorf("claims %v", c)
	}
}
