package auth

import (
	"context"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// Metadata reads what a provider publishes of itself, from the cache if it
// is fresh. A window calls it while a person still reads, so that the sign-in
// does not have to wait for it, and to learn what the provider offers. Errors
// are those of a sign-in's first step.
func (a *Agent) Metadata(ctx context.Context, providerID string) (*providers.Metadata, error) {
	p, err := a.provider(ctx, providerID)
	if err != nil {
		return nil, err
	}
	return a.net.Metadata(ctx, p)
}

// Discover reads what an issuer publishes of itself (OIDC Discovery 1.0 §4,
// RFC 8414 §3); "https://" may be left out. caFile, if not "", is trusted as
// [providers.Trust] has it. Errors wrap [oauth.ErrOffline], [providers.ErrDiscovery]
// or [providers.ErrCAFile].
func (a *Agent) Discover(ctx context.Context, issuer, caFile string) (*providers.Metadata, error) {
	client, err := a.net.HTTP(oauth.Trusting(caFile))
	if err != nil {
		return nil, err
	}
	return oauth.Discover(ctx, client, issuer)
}

// Discover is [Agent.Discover] if there is no agent.
func Discover(ctx context.Context, issuer, caFile string) (*providers.Metadata, error) {
	client, err := oauth.NewNetwork(nil, time.Now).HTTP(oauth.Trusting(caFile))
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	return oauth.Discover(ctx, client, issuer)
}
