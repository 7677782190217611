package auth

import (
	"context"
	"net/http"
	"strings"

	"github.com/claviger/claviger/providers"
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
// RFC 8414 §3); "https://" may be left out. caFile, where not "", is trusted as
// [providers.Trust] has it. Errors wrap [ErrOffline], [providers.ErrDiscovery]
// or [providers.ErrCAFile].
func (a *Agent) Discover(ctx context.Context, issuer, caFile string) (*providers.Metadata, error) {
	client, err := a.clients.of(caFile)
	if err != nil {
		return nil, err
	}
	return discover(ctx, client, issuer)
}

// Discover is [Agent.Discover] where there is no agent.
func Discover(ctx context.Context, issuer, caFile string) (*providers.Metadata, error) {
	client, err := newClients(nil).of(caFile)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	return discover(ctx, client, issuer)
}

func discover(ctx context.Context, client *http.Client, issuer string) (*providers.Metadata, error) {
	if !strings.Contains(issuer, "://") {
		issuer = "https://" + issuer
	}
	m, err := providers.Discover(ctx, client, issuer)
	if err != nil {
		return nil, offline(err)
	}
	return m, nil
}
