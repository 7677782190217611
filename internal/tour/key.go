package tour

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/claviger/claviger/vault"
)

// passphraseFile is in a folder that is kept: it opens the vault there.
const passphraseFile = "passphrase"

// heldKey is a keyring in memory: the key of a vault that is useless
// after the tour. It implements [vault.KeyStore].
type heldKey struct {
	mu    sync.Mutex
	items map[string][]byte
}

// Name implements [vault.KeyStore].
func (h *heldKey) Name() string { return "memory" }

// Get implements [vault.KeyStore].
func (h *heldKey) Get(_ context.Context, name string) ([]byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	item, ok := h.items[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return append([]byte(nil), item...), nil
}

// Set implements [vault.KeyStore].
func (h *heldKey) Set(_ context.Context, name string, secret []byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.items == nil {
		h.items = map[string][]byte{}
	}
	h.items[name] = append([]byte(nil), secret...)
	return nil
}

// Remove implements [vault.KeyStore].
func (h *heldKey) Remove(_ context.Context, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.items, name)
	return nil
}

// vaultOptions are those of the tour's vault. One that is kept has a passphrase
// in a file beside it, so that every command can open it afterwards.
func (s *stage) vaultOptions() vault.Options {
	o := vault.Options{Keyring: s.key}
	if s.passphrase != "" {
		o.AskPassphrase = func(context.Context) (string, error) { return s.passphrase, nil }
	}
	return o
}

// keepKey chooses a passphrase and writes it into the folder.
func (s *stage) keepKey() error {
	s.passphrase = rand.Text()
	// The folder was empty just now: someone else put there what it has.
	f, err := os.OpenFile(filepath.Join(s.dir, passphraseFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(s.passphrase + "\n")
	return errors.Join(err, f.Close())
}
