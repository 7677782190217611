package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// clientsRecord is the vault's record of client secrets: a JSON object of
// provider id and [keptSecret].
const clientsRecord = "clients"

// clientSecrets keeps the client secrets of the person's own registrations. A
// desktop client's secret proves nothing (RFC 8252 §8.5), but it is theirs.
type clientSecrets struct {
	v   *vault.Vault
	set *providers.Set
}

// keptSecret is a client secret with its home as it is kept. One of a version
// without homes is the secret's text alone.
type keptSecret struct {
	Secret string     `json:"secret"`
	Home   oauth.Home `json:"home"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (k *keptSecret) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &k.Secret) == nil {
		return nil
	}
	type plain keptSecret // without this method
	return json.Unmarshal(data, (*plain)(k))
}

// get returns a provider's secret; one that was never saved is empty. A secret
// without a home gets the one in the provider's file at its first use; what the
// environment says for one command does not count.
func (c clientSecrets) get(ctx context.Context, p *providers.Provider) (auth.KeptSecret, error) {
	all, err := readObject[keptSecret](ctx, c.v, clientsRecord)
	kept := all[p.ID]
	if err != nil || kept.Secret == "" {
		return auth.KeptSecret{}, err
	}
	if kept.Home.IsZero() {
		if kept, err = c.settle(ctx, p.ID); err != nil {
			return auth.KeptSecret{}, err
		}
	}
	return auth.KeptSecret{Secret: providers.NewSecret(kept.Secret), Home: kept.Home.At(p)}, nil
}

// settle gives a secret without a home its home, and returns it as it is kept now:
// another program may have been quicker.
func (c clientSecrets) settle(ctx context.Context, providerID string) (kept keptSecret, err error) {
	onFile, ok := c.set.OnFile(providerID)
	if !ok {
		return keptSecret{}, fmt.Errorf("%q: %w", providerID, providers.ErrUnknown)
	}
	err = changeIn(ctx, c.v, clientsRecord, providerID, func(old *keptSecret) *keptSecret {
		if old == nil {
			return nil
		}
		if old.Home.IsZero() {
			old.Home = oauth.HomeOf(onFile)
		}
		kept = *old
		return old
	})
	return kept, err
}

// save keeps a provider's secret for the provider's current servers; an empty one
// removes it.
func (c clientSecrets) save(ctx context.Context, providerID string, secret providers.Secret) error {
	if secret.IsZero() {
		return saveIn[keptSecret](ctx, c.v, clientsRecord, providerID, nil)
	}
	p, ok := c.set.Lookup(providerID)
	if !ok {
		return fmt.Errorf("%q: %w", providerID, providers.ErrUnknown)
	}
	return saveIn(ctx, c.v, clientsRecord, providerID, &keptSecret{secret.Reveal(), oauth.HomeOf(p)})
}

// move makes the provider's current servers the home of its secret, if it has one:
// the person said that the provider moved.
func (c clientSecrets) move(ctx context.Context, providerID string) error {
	all, err := readObject[keptSecret](ctx, c.v, clientsRecord)
	if err != nil || all[providerID].Secret == "" {
		return err // without one, a vault need not even be set up
	}
	p, ok := c.set.Lookup(providerID)
	if !ok {
		return fmt.Errorf("%q: %w", providerID, providers.ErrUnknown)
	}
	return changeIn(ctx, c.v, clientsRecord, providerID, func(old *keptSecret) *keptSecret {
		if old != nil {
			old.Home = oauth.HomeOf(p)
		}
		return old
	})
}

// saveSecret keeps a provider's client secret in the vault.
func (w *wiring) saveSecret(ctx context.Context, providerID string, secret providers.Secret) error {
	v, err := w.openVault()
	if err != nil {
		return err
	}
	set, err := w.openSet()
	if err != nil {
		return err
	}
	return clientSecrets{v, set}.save(ctx, providerID, secret)
}

// moveSecret makes the provider's current servers the home of its client secret.
func (w *wiring) moveSecret(ctx context.Context, providerID string) error {
	v, err := w.openVault()
	if err != nil {
		return err
	}
	set, err := w.openSet()
	if err != nil {
		return err
	}
	return clientSecrets{v, set}.move(ctx, providerID)
}
