package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/99designs/keyring"

	"github.com/claviger/claviger/vault/internal/nolaunch"
)

func init() { nolaunch.Restore() }

// newSystemStore returns the keyring of the operating system.
func newSystemStore() KeyStore { return &systemStore{} }

// ringConfig names the one backend that may be used: the library would
// otherwise fall back on files with a password of its own or on the kernel's
// keyring, which forgets.
func ringConfig(backend keyring.BackendType) keyring.Config {
	return keyring.Config{
		AllowedBackends: []keyring.BackendType{backend},
		ServiceName:     "claviger",
		WinCredPrefix:   "claviger",
		// Otherwise macOS asks for the password at each read.
		KeychainTrustApplication: true,
	}
}

// openRing opens the backend.
func openRing(c keyring.Config) (keyring.Keyring, error) {
	if !slices.Contains(keyring.AvailableBackends(), c.AllowedBackends[0]) {
		return nil, fmt.Errorf("%w: %s is not available", ErrNoKeyring, backendName)
	}
	r, err := keyring.Open(c)
	if err != nil {
		return nil, fmt.Errorf("%w: %s does not respond correctly", ErrNoKeyring, backendName)
	}
	return r, nil
}

// Get implements [KeyStore].
func (s *systemStore) Get(ctx context.Context, name string) ([]byte, error) {
	r, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	item, err := r.Get(name)
	if errors.Is(err, keyring.ErrKeyNotFound) {
		return nil, fmt.Errorf("keyring item: %w", fs.ErrNotExist)
	}
	if err != nil {
		return nil, s.problem(err)
	}
	return item.Data, nil
}

// Set implements [KeyStore].
func (s *systemStore) Set(ctx context.Context, name string, secret []byte) error {
	r, err := s.open(ctx)
	if err != nil {
		return err
	}
	err = r.Set(keyring.Item{
		Key:         name,
		Data:        secret,
		Label:       "Claviger vault",
		Description: "Key of the vault with the remembered accounts",
		// The key belongs to this machine's folder.
		KeychainNotSynchronizable: true,
	})
	if err != nil {
		return s.problem(err)
	}
	return nil
}

// Remove implements [KeyStore]. The backends differ in what they report for a
// name that is not there.
func (s *systemStore) Remove(ctx context.Context, name string) error {
	r, err := s.open(ctx)
	if err != nil {
		return err
	}
	if err := r.Remove(name); err != nil && !errors.Is(err, keyring.ErrKeyNotFound) {
		return s.problem(err)
	}
	return nil
}
