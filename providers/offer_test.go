package providers

import (
	"slices"
	"testing"
)

func TestSuggestID(t *testing.T) {
	for in, want := range map[string]string{
		"https://login.example.org/realm": "example",
		"https://accounts.google.com":     "google",
		"http://localhost:8080":           "localhost",
		"http://127.0.0.1:9000":           "mine",
		"https://xn--bcher-kva.example":   "xn--bcher-kva",
		"::":                              "mine",
	} {
		if got := SuggestID(in); got != want {
			t.Errorf("SuggestID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOffersSayWhatIsThereAndWhatIsNot(t *testing.T) {
	all := &Metadata{
		AuthorizationEndpoint: "a", TokenEndpoint: "t", JWKSURI: "k", UserinfoEndpoint: "u", DeviceAuthorizationEndpoint: "d",
		RevocationEndpoint: "r", EndSessionEndpoint: "e", PAREndpoint: "p", RegistrationEndpoint: "g", IssParameter: true,
		DPoPSigningAlgs:      []string{"RS256", "ES256"},
		CodeChallengeMethods: []string{"plain", "S256"}, ScopesSupported: []string{"openid", "offline_access"},
		ClaimsSupported: []string{"sub", "Groups"},
	}
	for _, o := range all.Offers() {
		if !o.Offered || o.Meaning == "" {
			t.Errorf("of all there is: %+v", o)
		}
	}
	var offered, needed []string
	none := &Metadata{CodeChallengeMethods: []string{"plain"}, ScopesSupported: []string{"openid"}}
	for _, o := range none.Offers() {
		if o.Offered {
			offered = append(offered, o.Name)
		}
		if o.Needed {
			needed = append(needed, o.Name)
		}
		if o.Meaning == "" {
			t.Errorf("%s has no words", o.Name)
		}
	}
	if len(offered) > 0 {
		t.Errorf("of nothing there is: %v", offered)
	}
	if want := []string{"Authorization endpoint", "Token endpoint", "Keys"}; !slices.Equal(needed, want) {
		t.Errorf("needed: %v, want %v", needed, want)
	}
}
