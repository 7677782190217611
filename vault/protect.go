package vault

import (
	"context"
	"errors"
	"fmt"
)

var errProtection = errors.New("vault: a passphrase is for a protection that has one, and not empty there")

// Protect changes how the key is protected, or the passphrase; a vault that is
// not set up is set up so. The passphrase is the new one, "" for [Keyring] and for
// [File], whose file must have the key already: see [Vault.KeyToFile]. The
// vault must be unlocked, which takes the passphrase that holds until then. The
// key is stored in the new place before it leaves the old one; an error that
// comes after the change says so: Status tells the protection that holds, and
// [ErrOldKey] that all is done but for an item of the keyring. The records stay as they are: whoever had the key and a copy of them keeps what
// they had.
func (v *Vault) Protect(ctx context.Context, p Protection, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if p == None || p.NeedsPassphrase() == (passphrase == "") {
		return errProtection
	}
	return v.protect(ctx,
		func() error { return v.create(ctx, p, passphrase) },
		func(k *key, m meta) error { return v.reprotect(ctx, k, m, p, passphrase) })
}

// protect opens the vault and, under the setup lock, sets it up where it is not,
// or changes it.
func (v *Vault) protect(ctx context.Context, create func() error, change func(*key, meta) error) error {
	k, err := v.unlocked(ctx)
	if err != nil && !errors.Is(err, ErrNotSetUp) {
		return err
	}
	release, holdErr := v.hold(ctx, setupLock)
	if holdErr != nil {
		return holdErr
	}
	defer release()
	m, metaErr := v.readMeta()
	switch {
	case err != nil && errors.Is(metaErr, ErrNotSetUp):
		return create()
	case metaErr != nil:
		return metaErr
	case err != nil, !k.is(m):
		return fmt.Errorf("%w: the vault was created again", ErrKeyMissing)
	}
	changed := change(k, m)
	if changed != nil && !errors.Is(changed, ErrOldKey) {
		return changed
	}
	// Whoever changes what it takes does not mean what it took before.
	if err := forgetKept(m); err != nil {
		return err
	}
	return changed
}

// reprotect changes the protection of m, which k is the key of. The setup lock
// must be held.
func (v *Vault) reprotect(ctx context.Context, k *key, m meta, p Protection, passphrase string) error {
	if err := v.proveInForce(ctx, m); err != nil {
		return err
	}
	// The meta file remembers one old copy: a second one would be forgotten.
	left := v.clearPending(ctx, m)
	if left != nil && !errors.Is(left, ErrOldKey) {
		return left
	}
	m.Pending, m.PendingSum = None, ""
	if err := v.moveKey(ctx, k, m, p, passphrase); err != nil {
		return err
	}
	return left
}

// moveKey is reprotect for a vault of which no old copy is pending.
func (v *Vault) moveKey(ctx context.Context, k *key, m meta, p Protection, passphrase string) error {
	stored, err := v.newCopy(k, p, passphrase)
	if err != nil {
		return err
	}
	defer clear(stored)
	old := m
	m.Protection = p
	if p == old.Protection {
		return v.storeCopy(ctx, m, stored)
	}
	sums := map[Protection]string{p: sumOf(stored), old.Protection: v.provenSum(old, old.Protection), Keyring: ""}
	if p != File { // the person's own file is theirs to remove
		// What is stored under a protection that does not hold yet is to be removed,
		// should this end here.
		old.Pending, old.PendingSum = p, sums[p]
		if err := v.writeMeta(old); err != nil {
			return err
		}
	}
	if err := v.storeCopy(ctx, m, stored); err != nil {
		_ = v.clearPending(ctx, old) // or at the next start
		return err
	}
	if old.Protection != File {
		m.Pending, m.PendingSum = old.Protection, sums[old.Protection]
	}
	if err := v.writeMeta(m); err != nil {
		return err
	}
	return v.clearPending(ctx, m)
}

// finishPending is clearPending under the setup lock. Where somebody holds that,
// a change is under way, which ends by itself: nobody waits for it.
func (v *Vault) finishPending(ctx context.Context, seen meta) error {
	release, err := v.tryHold(setupLock)
	if release == nil {
		return err
	}
	defer release()
	m, err := v.readMeta()
	if err != nil || m != seen {
		return err
	}
	return v.clearPending(ctx, m)
}

// clearPending removes the key from where it was before, once the copy that
// stays is known to be good. An item that is not removed is told of once, by an
// error that wraps [ErrOldKey]: it is the person's to remove.
func (v *Vault) clearPending(ctx context.Context, m meta) error {
	if m.Pending == None {
		return nil
	}
	err := v.stays(ctx, m)
	if err == nil {
		err = v.dropCopy(ctx, m)
	}
	var left error
	if errors.Is(err, ErrOldKey) {
		left, err = err, nil
	}
	if err == nil && m.Pending.UsesKeyring() {
		err = v.ring.Remove(ctx, canaryName(m)) // of a crash
	}
	if err != nil {
		return fmt.Errorf("the key has its new protection, but its old copy is still there (%s): %w", m.Pending, err)
	}
	m.Pending, m.PendingSum = None, ""
	if err := v.writeMeta(m); err != nil {
		return err
	}
	return left
}
