//go:build !linux

package vault

import (
	"context"
	"fmt"
	"runtime"

	"github.com/99designs/keyring"
)

// systemStore is Windows' Credential Manager or macOS' login keychain.
type systemStore struct{}

// backendName is for people.
const backendName = "the system's keyring"

// Name implements [KeyStore].
func (*systemStore) Name() string {
	switch runtime.GOOS {
	case "windows":
		return "Windows Credential Manager"
	case "darwin":
		return "macOS Keychain"
	}
	return ""
}

func (*systemStore) open(context.Context) (keyring.Keyring, error) {
	switch runtime.GOOS {
	case "windows":
		return openRing(ringConfig(keyring.WinCredBackend))
	case "darwin":
		return openRing(ringConfig(keyring.KeychainBackend))
	}
	return nil, fmt.Errorf("%w: none is supported on %s", ErrNoKeyring, runtime.GOOS)
}

func (*systemStore) problem(err error) error { return err }
