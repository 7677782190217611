package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// setupLock is held while key or protection change. Names of records have no
// underscore.
const setupLock = "_setup"

// Setup makes the key and chooses how it is protected: with passphrase "" the
// keyring, after a canary was written and read back. A vault without setup is
// set up with the keyring at the first Put; where that cannot be, Put returns
// [ErrNoKeyring] and nothing is stored. Setting up with the keyring a vault
// that has it already does nothing; any other vault that is set up already is
// an error wrapping [io/fs.ErrExist].
func (v *Vault) Setup(ctx context.Context, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	release, err := v.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.readMeta()
	switch {
	case err == nil && passphrase == "" && m.Protection == Keyring:
		return nil // another process was faster
	case err == nil:
		return fmt.Errorf("vault is set up already: %w", fs.ErrExist)
	case !errors.Is(err, ErrNotSetUp):
		return err
	}
	return v.create(ctx, passphrase)
}

// create makes a key and writes the meta file last: until then there is no
// vault. The setup lock must be held.
func (v *Vault) create(ctx context.Context, passphrase string) error {
	k, err := newKey()
	if err != nil {
		return err
	}
	id := make([]byte, 8)
	_, _ = rand.Read(id) // never fails
	m := meta{Format: Format, ID: hex.EncodeToString(id), Protection: Keyring, Recipient: k.fingerprint}
	if err := v.makeDirs(recordsDir); err != nil {
		return err
	}
	if passphrase == "" {
		err = v.keyToRing(ctx, k, m)
	} else {
		m.Protection = Passphrase
		err = v.keyToFile(k, passphrase)
	}
	if err != nil {
		return err
	}
	// A mark without a vault is from an older one.
	if err := remove(v.path(markFile)); err != nil {
		return err
	}
	if err := v.writeMeta(m); err != nil {
		if passphrase == "" {
			_ = v.ring.Remove(ctx, itemName(m)) // nobody knows its name any more
		}
		return err
	}
	v.keep(k)
	return nil
}

// keep puts a key into memory.
func (v *Vault) keep(k *key) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.closed {
		v.key = k
	}
}

// keyToFile writes the wrapped key. A key file of a vault that is gone is
// moved, not overwritten.
func (v *Vault) keyToFile(k *key, passphrase string) error {
	sealed, err := v.wrapKey(k, passphrase)
	if err != nil {
		return err
	}
	if _, err := v.readMeta(); errors.Is(err, ErrNotSetUp) {
		if _, err := os.Lstat(v.path(keyFile)); err == nil {
			if _, err := v.moveAside(v.path(keyFile), "key"); err != nil {
				return err
			}
		}
	}
	return v.disk.save(v.path(keyFile), sealed, nil)
}

// keyToRing stores the key in the keyring once that has proved to keep things.
// Its errors wrap [ErrNoKeyring] besides what they say more precisely.
func (v *Vault) keyToRing(ctx context.Context, k *key, m meta) error {
	canary := []byte(rand.Text())
	name := "canary-" + m.ID + "-" + strings.ToLower(rand.Text()[:8])
	if err := v.proveRing(ctx, name, canary); err != nil {
		return noKeyring(err)
	}
	if err := v.ring.Remove(ctx, name); err != nil {
		return noKeyring(err)
	}
	text := k.text()
	defer clear(text)
	if err := v.proveRing(ctx, itemName(m), text); err != nil {
		return noKeyring(err)
	}
	return nil
}

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
		return fmt.Errorf("%w: it gave back something else than was stored", ErrNoKeyring)
	}
	return nil
}

// SetPassphrase protects the key with a passphrase from now on (or, with "",
// with the keyring). The vault must be unlocked. The key is stored in the new
// place before it leaves the old one; an error that comes after the change
// says so: Status tells the protection that holds.
func (v *Vault) SetPassphrase(ctx context.Context, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	k, err := v.unlocked(ctx)
	if err != nil {
		return err
	}
	release, err := v.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.readMeta()
	if err != nil {
		return err
	}
	if !k.is(m) {
		return fmt.Errorf("%w: the vault was made anew", ErrKeyMissing)
	}
	old := m.Protection
	if passphrase == "" {
		err = v.keyToRing(ctx, k, m)
		m.Protection = Keyring
	} else {
		err = v.keyToFile(k, passphrase)
		m.Protection = Passphrase
	}
	if err != nil {
		return err
	}
	if old == m.Protection {
		return nil
	}
	m.Pending = old
	if err := v.writeMeta(m); err != nil {
		return err
	}
	return v.clearPending(ctx, m)
}

// finishPending is clearPending under the setup lock, which must be free.
func (v *Vault) finishPending(ctx context.Context, seen meta) error {
	release, err := v.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.readMeta()
	if err != nil || m != seen {
		return err
	}
	return v.clearPending(ctx, m)
}

// clearPending removes the key from where it was before.
func (v *Vault) clearPending(ctx context.Context, m meta) error {
	var err error
	switch m.Pending {
	case Keyring:
		err = v.ring.Remove(ctx, itemName(m))
	case Passphrase:
		err = remove(v.path(keyFile))
	case None:
		return nil
	}
	if err != nil {
		return fmt.Errorf("the key is protected anew, but its old copy is still there (%s): %w", m.Pending, err)
	}
	m.Pending = None
	return v.writeMeta(m)
}
