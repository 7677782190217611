package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"claviger/providers"
	"claviger/vault"
)

// clientsRecord is the vault's record of client secrets: a JSON object of
// provider id and secret.
const clientsRecord = "clients"

// clientSecrets keeps the client secrets of the person's own registrations. A
// desktop client's secret proves nothing (RFC 8252 §8.5), but it is theirs.
type clientSecrets struct{ v *vault.Vault }

// get returns a provider's secret; one that was never saved is empty.
func (c clientSecrets) get(ctx context.Context, providerID string) (providers.Secret, error) {
	all, err := c.read(ctx)
	if err != nil {
		return providers.Secret{}, err
	}
	return providers.NewSecret(all[providerID]), nil
}

// save keeps a provider's secret; an empty one removes it. The record is held
// between reading and writing, so that two programs lose nothing.
func (c clientSecrets) save(ctx context.Context, providerID string, secret providers.Secret) error {
	release, err := c.v.LockRecord(ctx, clientsRecord)
	if err != nil {
		return err
	}
	defer release()
	all, err := c.read(ctx)
	if err != nil {
		return err
	}
	if secret.IsZero() {
		delete(all, providerID)
	} else {
		all[providerID] = secret.Reveal()
	}
	if len(all) == 0 {
		return c.v.Delete(ctx, clientsRecord)
	}
	data, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("client secrets: %w", err)
	}
	return c.v.Put(ctx, clientsRecord, data)
}

func (c clientSecrets) read(ctx context.Context) (map[string]string, error) {
	data, err := c.v.Get(ctx, clientsRecord)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vault.ErrNotSetUp) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	if json.Unmarshal(data, &all) != nil {
		// The cause could quote the record, so it is left out.
		return nil, errors.New("client secrets: record is not readable")
	}
	if all == nil { // the record was "null"
		all = map[string]string{}
	}
	return all, nil
}
