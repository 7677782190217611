package vault

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

var errProtection = errors.New("vault: a passphrase is for a protection that has one, and not empty there")

// Protect changes how the key is protected, or the passphrase; a vault that is
// not set up yet is set up that way. The passphrase is the new one, "" for [Keyring]
// and for [File], whose file must have the key already: see [Vault.KeyToFile]. The
// vault must be unlocked, with the old passphrase. The key is stored in the new
// place before it leaves the old one. An error that comes after the change says so:
// [Vault.Status] says which protection is in force, and [ErrOldKey] means that only
// an item of the keyring is left over. The records stay as they are: whoever had
// the key and a copy of them can still read that copy.
func (v *Vault) Protect(ctx context.Context, p Protection, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if p == None || p.NeedsPassphrase() == (passphrase == "") {
		return errProtection
	}
	return v.protect(ctx,
		func() error { return v.create(ctx, p, passphrase) },
		func(k *key, m meta) error { return v.copies.reprotect(ctx, k, m, p, passphrase) })
}

// KeyToFile makes a key file at path and protects the vault by it from now on; a
// vault that is not set up yet is set up that way. Whoever can read the file can open the
// vault. No file is overwritten: one that is there is used as it is if it has
// the vault's key, or one key for a vault that is not set up, so that a call that
// was killed can be made again. The rest is as with [Vault.Protect].
func (v *Vault) KeyToFile(ctx context.Context, path string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	if err := v.copies.own.lookPlace(path); err != nil {
		return err
	}
	before := v.copies.own.current()
	toFile := func(k *key, then func() error) error {
		if err := v.copies.own.ensure(path, k); err != nil {
			return err
		}
		v.copies.own.use(keySource{path: path})
		err := then()
		if err != nil && !errors.Is(err, ErrOldKey) {
			v.copies.own.use(before)
		}
		return err
	}
	return v.protect(ctx,
		func() error { return toFile(nil, func() error { return v.create(ctx, File, "") }) },
		func(k *key, m meta) error {
			return toFile(k, func() error { return v.copies.reprotect(ctx, k, m, File, "") })
		})
}

// protect opens the vault and, under the setup lock, sets it up if it is not,
// or changes it.
func (v *Vault) protect(ctx context.Context, create func() error, change func(*key, meta) error) error {
	k, err := v.keys.unlocked(ctx)
	if err != nil && !errors.Is(err, ErrNotSetUp) {
		return err
	}
	release, holdErr := v.locks.hold(ctx, setupLock)
	if holdErr != nil {
		return holdErr
	}
	defer release()
	m, metaErr := v.files.readMeta()
	switch {
	case err != nil && errors.Is(metaErr, ErrNotSetUp):
		return create()
	case metaErr != nil:
		return metaErr
	case err != nil, !k.is(m):
		return fmt.Errorf("%w: the vault was created again", ErrKeyMissing)
	}
	if m, err = v.copies.apart(ctx, m); err != nil {
		return err
	}
	changed := change(k, m)
	if changed != nil && !errors.Is(changed, ErrOldKey) {
		return changed
	}
	// Whoever changes the passphrase does not mean the old one.
	if err := forgetKept(m); err != nil {
		return err
	}
	return changed
}
