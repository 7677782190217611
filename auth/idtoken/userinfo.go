package idtoken

import (
	"context"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// Userinfo checks user info that is a signed JWT (OIDC Core §5.3.2) as an
// ID token is checked: signed by the provider, by it and for this app. Times and
// nonce belong to ID tokens; those that are there must be right. Its errors are
// plain words.
func (v *Verifier) Userinfo(p *providers.Provider, md *providers.Metadata) func(context.Context, providers.Secret) (map[string]any, error) {
	announced := *md
	announced.IDTokenSigningAlgs = nil // those of user info are others
	return func(ctx context.Context, signed providers.Secret) (map[string]any, error) {
		t, err := Parse(signed)
		if err != nil {
			return nil, err
		}
		signature, err := v.checkSignature(ctx, p, &announced, signed, t)
		if err != nil {
			return nil, phrase.Error("the provider's keys are not available")
		}
		on := claimChecks{p: p, md: md, now: v.now(), Token: t}
		checks := []Check{signature, on.issuer(), on.audience(), on.notBefore()}
		if t.Claims["exp"] != nil {
			checks = append(checks, on.expiry())
		}
		for _, c := range checks {
			if c.Outcome == Failed {
				return nil, phrase.Error("check {claim}: {fault}", c.Name, c.Reason)
			}
		}
		return t.Claims, nil
	}
}
