package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"claviger/auth"
	"claviger/providers"
	"claviger/vault"
)

// clientsRecord is the vault's record of client secrets: a JSON object of
// provider id and secret.
const clientsRecord = "clients"

// registrationsRecord is the vault's record of what registrations made by
// request are managed with: a JSON object of provider id and access.
const registrationsRecord = "registrations"

// clientSecrets keeps the client secrets of the person's own registrations. A
// desktop client's secret proves nothing (RFC 8252 §8.5), but it is theirs.
type clientSecrets struct{ v *vault.Vault }

// get returns a provider's secret; one that was never saved is empty.
func (c clientSecrets) get(ctx context.Context, providerID string) (providers.Secret, error) {
	all, err := readObject[string](ctx, c.v, clientsRecord)
	if err != nil {
		return providers.Secret{}, err
	}
	return providers.NewSecret(all[providerID]), nil
}

// save keeps a provider's secret; an empty one removes it.
func (c clientSecrets) save(ctx context.Context, providerID string, secret providers.Secret) error {
	return saveIn(ctx, c.v, clientsRecord, providerID, secret.Reveal())
}

// registrations keeps the access to registrations that were made by request
// (RFC 7592 §3): whoever has it can delete them.
type registrations struct{ v *vault.Vault }

// savedAccess is an [auth.RegistrationAccess] as it is kept.
type savedAccess struct {
	URI   string `json:"uri"`
	Token string `json:"token"`
}

// get returns the access to a provider's registration; empty where there is
// none.
func (r registrations) get(ctx context.Context, providerID string) (auth.RegistrationAccess, error) {
	all, err := readObject[savedAccess](ctx, r.v, registrationsRecord)
	if err != nil {
		return auth.RegistrationAccess{}, err
	}
	a := all[providerID]
	return auth.RegistrationAccess{URI: a.URI, Token: providers.NewSecret(a.Token)}, nil
}

// save keeps the access to a provider's registration; an empty one removes it.
func (r registrations) save(ctx context.Context, providerID string, access auth.RegistrationAccess) error {
	return saveIn(ctx, r.v, registrationsRecord, providerID, savedAccess{access.URI, access.Token.Reveal()})
}

// saveIn sets one entry of a record that is a JSON object; the zero value
// removes it. The record is held between reading and writing, so that two
// programs lose nothing.
func saveIn[T comparable](ctx context.Context, v *vault.Vault, record, key string, value T) error {
	release, err := v.LockRecord(ctx, record)
	if err != nil {
		return err
	}
	defer release()
	all, err := readObject[T](ctx, v, record)
	if err != nil {
		return err
	}
	var none T
	if _, known := all[key]; !known && value == none {
		return nil
	}
	if value == none {
		delete(all, key)
	} else {
		all[key] = value
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
