package app

import (
	"context"
	"slices"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// registrationsRecord is the vault's record of the access to registrations made
// by request: a JSON object of provider id and access.
const registrationsRecord = "registrations"

// registrations keeps the access to registrations that were made by request
// (RFC 7592 §3): whoever has it can delete them.
type registrations struct{ v *vault.Vault }

// savedAccess is an [register.Access] as it is kept.
type savedAccess struct {
	URI   string     `json:"uri"`
	Token string     `json:"token"`
	Home  oauth.Home `json:"home,omitzero"`
}

// get returns the access to a provider's registration; empty if there is
// none.
func (r registrations) get(ctx context.Context, providerID string) (register.Access, error) {
	all, err := readObject[savedAccess](ctx, r.v, registrationsRecord)
	if err != nil {
		return register.Access{}, err
	}
	a := all[providerID]
	return register.Access{URI: a.URI, Token: providers.NewSecret(a.Token), Home: a.Home}, nil
}

// save keeps the access to a provider's registration; an empty one removes it.
func (r registrations) save(ctx context.Context, providerID string, access register.Access) error {
	if access.IsZero() {
		// A vault that has none is not unlocked for this.
		if names, err := r.v.List(ctx); err == nil && !slices.Contains(names, registrationsRecord) {
			return nil
		}
		return saveIn[savedAccess](ctx, r.v, registrationsRecord, providerID, nil)
	}
	return saveIn(ctx, r.v, registrationsRecord, providerID, &savedAccess{access.URI, access.Token.Reveal(), access.Home})
}

// saveRegistration keeps the access to a provider's registration in the vault.
func (w *wiring) saveRegistration(ctx context.Context, providerID string, access register.Access) error {
	v, err := w.openVault()
	if err != nil {
		return err
	}
	return registrations{v}.save(ctx, providerID, access)
}

// registration reads it.
func (w *wiring) registration(ctx context.Context, providerID string) (register.Access, error) {
	v, err := w.openVault()
	if err != nil {
		return register.Access{}, err
	}
	return registrations{v}.get(ctx, providerID)
}
