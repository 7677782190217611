package auth

import (
	"context"
	"errors"

	"github.com/claviger/claviger/providers"
)

// userinfoVerifier checks user info that is a signed JWT (OIDC Core §5.3.2) as an
// ID token is checked: signed by the provider, by it and for this app. Times and
// nonce belong to ID tokens; those that are there must be right. Its errors are
// plain words.
func (a *Agent) userinfoVerifier(p *providers.Provider, md *providers.Metadata) func(context.Context, Secret) (map[string]any, error) {
	announced := *md
	announced.IDTokenSigningAlgs = nil // those of user info are others
	return func(ctx context.Context, signed Secret) (map[string]any, error) {
		t, err := parseIDToken(signed)
		if err != nil {
			return nil, err
		}
		signature, err := a.checkSignature(ctx, p, &announced, signed, t)
		if err != nil {
			return nil, errors.New("the provider's keys are not available")
		}
		v := idTokenCheck{p: p, md: md, now: a.o.Now(), idToken: t}
		checks := []Check{signature, v.issuer(), v.audience(), v.notBefore()}
		if t.claims["exp"] != nil {
			checks = append(checks, v.expiry())
		}
		for _, c := range checks {
			if c.Outcome == Failed {
				return nil, errors.New(c.Name + ": " + c.Reason)
			}
		}
		return t.claims, nil
	}
}
