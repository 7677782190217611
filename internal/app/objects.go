package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/claviger/claviger/vault"
)

// saveIn sets one entry of a record that is a JSON object; nil removes it.
func saveIn[T any](ctx context.Context, v *vault.Vault, record, key string, value *T) error {
	return changeIn(ctx, v, record, key, func(*T) *T { return value })
}

// changeIn is saveIn for a value that depends on the current entry, nil if there is
// none. The record is held between reading and writing, so that two programs
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
