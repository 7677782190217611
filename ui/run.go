package ui

import (
	"context"

	"claviger/auth"
	"claviger/providers"
	"claviger/vault"
)

// Services are what the window works with. They are open before Run is called
// and closed by the caller after it returned.
type Services struct {
	Agent     *auth.Agent
	Providers *providers.Set
	Vault     *vault.Vault
	// Home is the configuration folder; settings.toml lies there.
	Home    string
	Version string
	// OpenURL opens a page in the browser (help and registration pages).
	OpenURL func(ctx context.Context, url string) error
	// SaveSecret keeps a provider's client secret in the vault.
	SaveSecret func(ctx context.Context, providerID string, secret providers.Secret) error
	// Raise receives when another start of the program wants this window in
	// front.
	Raise <-chan struct{}
}
