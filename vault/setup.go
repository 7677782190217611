package vault

import (
	"bytes"
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
// the first Put; where that cannot be, such as without a keyring
// ([ErrNoKeyring]), nothing is stored. Setting up so a vault that is so already
// does nothing; any other vault that is set up already is an error wrapping
// [io/fs.ErrExist].
func (v *Vault) Setup(ctx context.Context, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	p := Passphrase
	if passphrase == "" {
		p = Keyring
		if v.keySource().path != "" {
			p = File
		}
	}
	release, err := v.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.readMeta()
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
	k, err := v.firstKey(p)
	if err != nil {
		return err
	}
	id := make([]byte, 8)
	_, _ = rand.Read(id) // never fails
	m := meta{ID: hex.EncodeToString(id), Protection: p, Recipient: k.fingerprint}
	if err := v.makeDirs(recordsDir); err != nil {
		return err
	}
	stored, err := v.newCopy(k, p, passphrase)
	if err != nil {
		return err
	}
	defer clear(stored)
	if err := v.storeCopy(ctx, m, stored); err != nil {
		return err
	}
	// A mark without a vault is from an older one.
	if err := v.disk.remove(v.path(markFile)); err != nil {
		return err
	}
	if err := v.writeMeta(m); err != nil {
		if p.UsesKeyring() {
			_ = v.ring.Remove(ctx, itemName(m, p)) // nobody knows its name any more
		}
		return err
	}
	v.keep(k)
	return nil
}

// firstKey is the key of a new vault: that of the key file, or a new one.
func (v *Vault) firstKey(p Protection) (*key, error) {
	if p == File {
		return onlyKey(v.keySource())
	}
	return newKey()
}

// keep puts a key into memory.
func (v *Vault) keep(k *key) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.closed {
		v.key = k
	}
}

// newCopy is what is to be stored of the key under a protection; nil for [File].
// Clear it after use.
func (v *Vault) newCopy(k *key, p Protection, passphrase string) ([]byte, error) {
	switch p {
	case Passphrase, Both:
		return v.wrapKey(k, passphrase)
	case Keyring:
		return k.text(), nil
	case File, None:
	}
	return nil, nil
}

// storeCopy puts a copy of the key where m says that it is protected.
func (v *Vault) storeCopy(ctx context.Context, m meta, stored []byte) error {
	switch m.Protection {
	case Passphrase:
		return v.keyToFile(m, stored)
	case Both, Keyring:
		return v.keyToRing(ctx, m, stored)
	case File: // which has it already
		_, err := v.keyFromOwnFile(m)
		return err
	case None:
	}
	return fmt.Errorf("vault: no protection %q", m.Protection)
}

// keyToFile writes the wrapped key and reads it back. What is there and is not
// the copy that this run opened, such as the key of a vault that is gone, is
// moved, not overwritten.
func (v *Vault) keyToFile(m meta, sealed []byte) error {
	path := v.path(keyFile)
	before, err := readFile(path, 1<<16)
	if err == nil && !v.isProven(m, Passphrase, before) {
		_, err = v.moveAside(path, asideKey)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := v.disk.save(path, sealed, nil); err != nil {
		return err
	}
	now, err := readFile(path, 1<<16)
	if err == nil && !bytes.Equal(now, sealed) {
		err = fmt.Errorf("%s: %w: it is not what was just written", keyFile, ErrDamaged)
	}
	if err != nil {
		return err
	}
	v.prove(m, sealed)
	return nil
}

// keyToRing stores the key, or the wrapped one, in the keyring once that has
// proved to keep things. Its errors wrap [ErrNoKeyring] besides what they say
// more precisely; then what was there before is there again.
func (v *Vault) keyToRing(ctx context.Context, m meta, secret []byte) error {
	canary := []byte(rand.Text())
	name := canaryName(m)
	if err := v.proveRing(ctx, name, canary); err != nil {
		return noKeyring(err)
	}
	if err := v.ring.Remove(ctx, name); err != nil {
		return noKeyring(err)
	}
	item := itemName(m, m.Protection)
	before, err := v.ring.Get(ctx, item)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return noKeyring(err)
	}
	defer clear(before)
	if err := v.mayOverwrite(m, before); err != nil {
		return err
	}
	if err := v.proveRing(ctx, item, secret); err != nil {
		if before != nil {
			err = errors.Join(err, v.ring.Set(ctx, item, before))
		}
		return noKeyring(err)
	}
	v.prove(m, secret)
	return nil
}

// canaryName is the same at each try, so that a later one removes what a crash
// left behind.
func canaryName(m meta) string { return "canary-" + m.ID }

func noKeyring(err error) error {
	if errors.Is(err, ErrNoKeyring) {
		return err
	}
	return fmt.Errorf("%w: %w", err, ErrNoKeyring)
}

// proveRing stores something and reads it back.
func (v *Vault) proveRing(ctx context.Context, name string, secret []byte) error {
	if err := v.ring.Set(ctx, name, secret); err != nil {
		return err
	}
	got, err := v.ring.Get(ctx, name)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	defer clear(got)
	if !bytes.Equal(got, secret) {
		return fmt.Errorf("%w: it returned something other than what was stored", ErrNoKeyring)
	}
	return nil
}
