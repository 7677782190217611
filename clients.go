package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// clientsRecord is the vault's record of client secrets: a JSON object of
// provider id and [keptSecret].
const clientsRecord = "clients"

// registrationsRecord is the vault's record of what registrations made by
// request are managed with: a JSON object of provider id and access.
const registrationsRecord = "registrations"

// clientSecrets keeps the client secrets of the person's own registrations. A
// desktop client's secret proves nothing (RFC 8252 §8.5), but it is theirs.
type clientSecrets struct {
	v   *vault.Vault
	set *providers.Set
}

// keptSecret is a client secret with its home as it is kept. One of before there
// were homes is the secret's text alone.
type keptSecret struct {
	Secret string    `json:"secret"`
	Home   auth.Home `json:"home"`
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
// of before gets the home that the provider's file says the first time; what the
// environment says for one command is not asked.
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

// settle gives a secret of before its home, and returns it as it is kept now:
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
			old.Home = auth.HomeOf(onFile)
		}
		kept = *old
		return old
	})
	return kept, err
}

// save keeps a provider's secret for where the provider is now; an empty one
// removes it.
func (c clientSecrets) save(ctx context.Context, providerID string, secret providers.Secret) error {
	if secret.IsZero() {
		return saveIn[keptSecret](ctx, c.v, clientsRecord, providerID, nil)
	}
	p, ok := c.set.Lookup(providerID)
	if !ok {
		return fmt.Errorf("%q: %w", providerID, providers.ErrUnknown)
	}
	return saveIn(ctx, c.v, clientsRecord, providerID, &keptSecret{secret.Reveal(), auth.HomeOf(p)})
}

// move makes where a provider is now the home of its secret, where it has one:
// the person said that it moved.
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
			old.Home = auth.HomeOf(p)
		}
		return old
	})
}

// registrations keeps the access to registrations that were made by request
// (RFC 7592 §3): whoever has it can delete them.
type registrations struct{ v *vault.Vault }

// savedAccess is an [auth.RegistrationAccess] as it is kept.
type savedAccess struct {
	URI   string    `json:"uri"`
	Token string    `json:"token"`
	Home  auth.Home `json:"home,omitzero"`
}

// get returns the access to a provider's registration; empty where there is
// none.
func (r registrations) get(ctx context.Context, providerID string) (auth.RegistrationAccess, error) {
	all, err := readObject[savedAccess](ctx, r.v, registrationsRecord)
	if err != nil {
		return auth.RegistrationAccess{}, err
	}
	a := all[providerID]
	return auth.RegistrationAccess{URI: a.URI, Token: providers.NewSecret(a.Token), Home: a.Home}, nil
}

// save keeps the access to a provider's registration; an empty one removes it.
func (r registrations) save(ctx context.Context, providerID string, access auth.RegistrationAccess) error {
	if access.IsZero() {
		return saveIn[savedAccess](ctx, r.v, registrationsRecord, providerID, nil)
	}
	return saveIn(ctx, r.v, registrationsRecord, providerID, &savedAccess{access.URI, access.Token.Reveal(), access.Home})
}

// saveIn sets one entry of a record that is a JSON object; nil removes it.
func saveIn[T any](ctx context.Context, v *vault.Vault, record, key string, value *T) error {
	return changeIn(ctx, v, record, key, func(*T) *T { return value })
}

// changeIn is saveIn for what depends on the entry that is there, nil where there
// is none. The record is held between reading and writing, so that two programs
// lose nothing.
func changeIn[T any](ctx context.Context, v *vault.Vault, record, key string, change func(old *T) *T) error {
	release, err := v.LockRecord(ctx, record)
	if err != nil {
		return err
	}
	defer release()
	all, err := readObject[T](ctx, v, record)
	if err != nil {
		return err
	}
	var old *T
	if entry, known := all[key]; known {
		old = &entry
	}
	value := change(old)
	if old == nil && value == nil {
		return nil
	}
	if value == nil {
		delete(all, key)
	} else {
		all[key] = *value
	}
	if len(all) == 0 {
		return v.Delete(ctx, record)
	}
	data, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("%s: %w", record, err)
	}
	return v.Put(ctx, record, data)
}

func readObject[T any](ctx context.Context, v *vault.Vault, record string) (map[string]T, error) {
	data, err := v.Get(ctx, record)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vault.ErrNotSetUp) {
		return map[string]T{}, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string]T{}
	if json.Unmarshal(data, &all) != nil {
		// The cause could quote the record, so it is left out.
		return nil, fmt.Errorf("%s: the record cannot be read", record)
	}
	if all == nil { // the record was "null"
		all = map[string]T{}
	}
	return all, nil
}
