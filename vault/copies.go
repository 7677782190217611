package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
)

// provenCopy is a copy of the key that this run opened, or made and read back.
// Nobody signs the meta file, so what it says of copies is not enough to remove
// or overwrite one.
type provenCopy struct {
	id  string
	p   Protection
	sum string
}

// sumOf tells one copy of a key from others.
func sumOf(stored []byte) string {
	sum := sha256.Sum256(stored)
	return hex.EncodeToString(sum[:])
}

// prove notes the copy that m says is in force.
func (v *Vault) prove(m meta, stored []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.proven = provenCopy{m.ID, m.Protection, sumOf(stored)}
}

// isProven reports whether stored is the copy for p that this run opened.
func (v *Vault) isProven(m meta, p Protection, stored []byte) bool {
	return v.provenSum(m, p) == sumOf(stored)
}

// provenSum is the sum of the copy for p that this run opened, "" if it did not.
func (v *Vault) provenSum(m meta, p Protection) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.proven.id != m.ID || v.proven.p != p {
		return ""
	}
	return v.proven.sum
}

// storedCopy reads the vault's own copy of the key for p, as it is stored; clear
// it after use. One that is not there is an [ErrKeyMissing].
func (v *Vault) storedCopy(ctx context.Context, m meta, p Protection) ([]byte, error) {
	if p != Passphrase {
		return v.ringItem(ctx, itemName(m, p))
	}
	sealed, err := readFile(v.path(keyFile), 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no %s", ErrKeyMissing, keyFile)
	}
	return sealed, err
}

// openCopy opens the copy of the key that m says is in force.
func (v *Vault) openCopy(ctx context.Context, m meta, passphrase string) (*key, error) {
	if m.Protection == File {
		return v.keyFromOwnFile(m)
	}
	// The keyring is asked first: a person should not type a passphrase for nothing.
	stored, err := v.storedCopy(ctx, m, m.Protection)
	if err != nil {
		return nil, err
	}
	defer clear(stored)
	var k *key
	switch m.Protection {
	case Passphrase:
		k, err = v.unwrap(ctx, stored, passphrase, keyFile)
	case Both:
		k, err = v.unwrap(ctx, stored, passphrase, "the key in the keyring")
	default:
		k, err = parseKey(stored)
	}
	if err != nil {
		return nil, err
	}
	if !k.is(m) {
		return nil, fmt.Errorf("%w: the one found belongs to another vault", ErrKeyMissing)
	}
	v.prove(m, stored)
	return k, nil
}

// proveInForce opens the copy in force unless this run did, so that it can be
// replaced. One that is lost or damaged has nothing to lose: whoever still has
// the key in memory can save it by a change.
func (v *Vault) proveInForce(ctx context.Context, m meta) error {
	if !m.Protection.NeedsPassphrase() || v.stays(ctx, m) == nil {
		return nil
	}
	_, err := v.openCopy(ctx, m, "")
	if errors.Is(err, ErrKeyMissing) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNoKeyring) {
		return nil
	}
	return err
}

var errNotOpened = errors.New("the copy that stays was not opened yet")

// stays makes sure that the copy in force is there, and is one that this run
// opened or made.
func (v *Vault) stays(ctx context.Context, m meta) error {
	if m.Protection == File {
		_, err := v.keyFromOwnFile(m)
		return err
	}
	stored, err := v.storedCopy(ctx, m, m.Protection)
	if err != nil {
		return err
	}
	defer clear(stored)
	if m.Protection == Keyring && isThisKey(m, stored) || v.isProven(m, m.Protection, stored) {
		return nil
	}
	return errNotOpened
}

// isThisKey reports whether what is stored in clear is the key of m.
func isThisKey(m meta, stored []byte) bool {
	k, err := parseKey(stored)
	return err == nil && k.is(m)
}

// dropCopy removes the old copy of the key that m calls pending. What cannot be
// shown to hold this key, such as the key of another vault, is not removed: a
// file is set aside, an item of the keyring stays. If that may be an old copy all the
// same, the error wraps [ErrOldKey].
func (v *Vault) dropCopy(ctx context.Context, m meta) error {
	stored, err := v.storedCopy(ctx, m, m.Pending)
	if errors.Is(err, ErrKeyMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	defer clear(stored)
	ours := m.PendingSum != "" && m.PendingSum == sumOf(stored)
	item := itemName(m, m.Pending)
	switch m.Pending {
	case Keyring:
		if k, err := parseKey(stored); err == nil && !k.is(m) {
			return nil
		}
		ours = isThisKey(m, stored)
	case Passphrase:
		if ours {
			return v.disk.remove(v.path(keyFile))
		}
		_, err := v.moveAside(v.path(keyFile), asideKey)
		return err
	case Both, File, None:
	}
	if !ours {
		return fmt.Errorf("%w: item %s is %s", ErrOldKey, item, foundAs(m.Pending, stored))
	}
	return v.ring.Remove(ctx, item)
}

// foundAs says what is stored under a name of the vault's key, if it is not that
// key as this run opened it.
func foundAs(p Protection, stored []byte) string {
	if p == Both {
		if bytes.HasPrefix(stored, []byte("age-encryption.org/")) {
			return "a key with a passphrase that was not entered now"
		}
		return "damaged"
	}
	if _, err := parseKey(stored); err != nil {
		return "damaged"
	}
	return "another vault's key"
}

// mayOverwrite refuses to put a copy of the key where something else is.
func (v *Vault) mayOverwrite(m meta, there []byte) error {
	if len(there) == 0 || v.isProven(m, m.Protection, there) ||
		m.Protection == Keyring && isThisKey(m, there) {
		return nil
	}
	return fmt.Errorf("%w: item %s is %s", ErrKeyringTaken, itemName(m, m.Protection), foundAs(m.Protection, there))
}
