package vault

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
)

// setupLock is held while key or protection change. Names of records have no
// underscore.
const setupLock = "_setup"

// Setup makes the key of a new vault and chooses how it is protected: with
// passphrase "" by the key file that [Options.KeyFile] names or else the
// keyring, else by the passphrase. A vault without setup is set up with "" at
// the first Put; if that is impossible, such as without a keyring
// ([ErrNoKeyring]), nothing is stored. If the vault is already set up that way,
// Setup does nothing; if it is set up otherwise, the error wraps
// [io/fs.ErrExist].
func (v *Vault) Setup(ctx context.Context, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	p := Passphrase
	if passphrase == "" {
		p = Keyring
		if v.copies.own.current().path != "" {
			p = File
		}
	}
	release, err := v.locks.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.files.readMeta()
	switch {
	case err == nil && p == m.Protection && p != Passphrase:
		return nil // another process was faster
	case err == nil:
		return fmt.Errorf("vault is set up already: %w", fs.ErrExist)
	case !errors.Is(err, ErrNotSetUp):
		return err
	}
	return v.create(ctx, p, passphrase)
}

// create makes a key and writes the meta file last: until then there is no
// vault. The setup lock must be held.
func (v *Vault) create(ctx context.Context, p Protection, passphrase string) error {
	k, err := v.copies.firstKey(p)
	if err != nil {
		return err
	}
	id := make([]byte, 8)
	_, _ = rand.Read(id) // never fails
	m := meta{ID: hex.EncodeToString(id), Protection: p, Recipient: k.fingerprint, Folder: v.files.dir}
	if err := v.files.makeDirs(recordsDir); err != nil {
		return err
	}
	stored, err := v.copies.newCopy(k, p, passphrase)
	if err != nil {
		return err
	}
	defer clear(stored)
	if err := v.copies.store(ctx, m, stored); err != nil {
		return err
	}
	// A mark without a vault is left from an older vault.
	if err := v.files.disk.remove(v.files.path(markFile)); err != nil {
		return err
	}
	if err := v.files.writeMeta(m); err != nil {
		if p.UsesKeyring() {
			_ = v.copies.ring.Remove(ctx, itemName(m, p)) // its name is lost now
		}
		return err
	}
	v.keys.keep(k)
	return nil
}
