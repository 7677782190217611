package oauth

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers"
)

// Importers log what they hold: no verb shows what a sign-in is made of.
func TestSecretsAreNotPrinted(t *testing.T) {
	const canary = "canary-5f0c"
	secret := providers.NewSecret(canary)
	binding := Binding{state: secret, nonce: secret, verifier: secret}
	tokens := Tokens{Access: secret, Refresh: secret, ID: secret, Key: secret, Type: "Bearer"}
	for name, v := range map[string]any{
		"binding":       binding,
		"attempt":       Attempt{Provider: "acme", binding: binding, key: secret},
		"device":        &Device{verifier: secret, secret: secret},
		"key":           &ProofKey{secret: secret},
		"request":       AuthorizationRequest{Key: &ProofKey{secret: secret}},
		"tokens":        tokens,
		"response":      Response{Code: secret},
		"token answer":  &TokenResponse{Tokens: tokens, Raw: map[string]any{"authed_user": map[string]any{"access_token": canary}}},
		"stored tokens": tokens.Stored(),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			for _, got := range []string{fmt.Sprintf(verb, v), fmt.Sprintf(verb, struct{ V any }{v})} {
				low := strings.ToLower(got)
				if strings.Contains(low, canary) || strings.Contains(low, fmt.Sprintf("%x", canary)) {
					t.Errorf("%s shows the %s: %s", verb, name, got)
				}
			}
		}
		var b strings.Builder
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		if strings.Contains(b.String(), canary) {
			t.Errorf("slog shows the %s: %s", name, b.String())
		}
	}
}
