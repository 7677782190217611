package agentclient

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// No verb shows a token, also not one in a field that is not exported.
func TestSecretIsNeverPrinted(t *testing.T) {
	const canary = "canary-5f0c"
	var s Secret
	if err := json.Unmarshal([]byte(`"`+canary+`"`), &s); err != nil || s.Reveal() != canary || s.IsZero() {
		t.Fatalf("%v, %q", err, s.Reveal())
	}
	type private struct{ token Secret }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		for _, v := range []any{s, &s, Token{AccessToken: s, Header: []Secret{s}}, &Token{Proof: s}, private{s}, &private{s}, []private{{s}}} {
			got := strings.ToLower(fmt.Sprintf(verb, v))
			if strings.Contains(got, canary) || strings.Contains(got, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s of %T shows it: %s", verb, v, got)
			}
		}
	}
	if err := json.Unmarshal([]byte(`7`), &s); err == nil || !(Secret{}).IsZero() || (Secret{}).Reveal() != "" {
		t.Error("a number is taken for a token")
	}
}
