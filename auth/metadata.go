package auth

import (
	"context"
	"strings"

	"claviger/providers"
)

// Metadata reads what a provider publishes of itself, from the cache where it
// is fresh. A window calls it while a person still reads, so that the sign-in
// does not have to wait for it, and to learn what the provider offers. Errors
// are those of a sign-in's first step.
func (a *Agent) Metadata(ctx context.Context, providerID string) (*providers.Metadata, error) {
	p, err := a.provider(ctx, providerID)
	if err != nil {
		return nil, err
	}
	return a.metadata(ctx, p)
}

// Discover reads what an issuer publishes of itself (OIDC Discovery 1.0 §4,
// RFC 8414 §3); "https://" may be left out. Errors wrap [ErrOffline] or
// [providers.ErrDiscovery].
func (a *Agent) Discover(ctx context.Context, issuer string) (*providers.Metadata, error) {
	if !strings.Contains(issuer, "://") {
		issuer = "https://" + issuer
	}
	m, err := providers.Discover(ctx, a.clients.usual, issuer)
	if err != nil {
		return nil, offline(err)
	}
	return m, nil
}
