package vault

import (
	"context"
	"errors"
	"fmt"
)

// reprotect changes the protection of m, which k is the key of. The setup lock
// must be held.
func (c *copies) reprotect(ctx context.Context, k *key, m meta, p Protection, passphrase string) error {
	if err := c.proveInForce(ctx, m); err != nil {
		return err
	}
	// The meta file remembers one old copy: a second one would be forgotten.
	left := c.clearPending(ctx, m)
	if left != nil && !errors.Is(left, ErrOldKey) {
		return left
	}
	m.Pending, m.PendingSum = None, ""
	if err := c.moveKey(ctx, k, m, p, passphrase); err != nil {
		return err
	}
	return left
}

// moveKey is reprotect for a vault that has no old copy pending.
func (c *copies) moveKey(ctx context.Context, k *key, m meta, p Protection, passphrase string) error {
	stored, err := c.newCopy(k, p, passphrase)
	if err != nil {
		return err
	}
	defer clear(stored)
	old := m
	m.Protection = p
	if p == old.Protection {
		return c.store(ctx, m, stored)
	}
	sums := map[Protection]string{p: sumOf(stored), old.Protection: c.provenSum(old, old.Protection), Keyring: ""}
	if p != File { // the person's own file is theirs to remove
		// If this ends here, the copy under the new protection is to be removed: that
		// protection is not in force yet.
		old.Pending, old.PendingSum = p, sums[p]
		if err := c.files.writeMeta(old); err != nil {
			return err
		}
	}
	if err := c.store(ctx, m, stored); err != nil {
		_ = c.clearPending(ctx, old) // or at the next start
		return err
	}
	if old.Protection != File {
		m.Pending, m.PendingSum = old.Protection, sums[old.Protection]
	}
	if err := c.files.writeMeta(m); err != nil {
		return err
	}
	return c.clearPending(ctx, m)
}

// clearPending removes the key from where it was before, once the copy that
// stays is known to be good. An item that is not removed is reported once, by an
// error that wraps [ErrOldKey]: it is the person's to remove.
func (c *copies) clearPending(ctx context.Context, m meta) error {
	if m.Pending == None {
		return nil
	}
	left := c.removePending(ctx, m)
	if left != nil && !errors.Is(left, ErrOldKey) {
		return left
	}
	if err := c.forgetPending(m); err != nil {
		return err
	}
	return left
}

// settle ends what an earlier run left: a copy of the folder without its own item,
// or an old copy of the key. If it cannot be verified as one, it is not forgotten:
// the next change of protection says so, and so does Status.
func (c *copies) settle(ctx context.Context, m meta) error {
	noted := m.Folder != ""
	m, err := c.apart(ctx, m)
	switch {
	case err != nil:
		return err
	case m.Pending == None && noted:
		return nil
	case m.Pending == None:
		return c.files.writeMeta(m)
	}
	if err := c.removePending(ctx, m); err != nil {
		return err
	}
	return c.forgetPending(m)
}

// removePending removes the copy of the key that m says is pending.
func (c *copies) removePending(ctx context.Context, m meta) error {
	err := c.stays(ctx, m)
	if err == nil && m.Pending.UsesKeyring() {
		err = c.ring.Remove(ctx, canaryName(m)) // from a crash
	}
	if err == nil {
		err = c.remove(ctx, m)
	}
	if err == nil || errors.Is(err, ErrOldKey) {
		return err
	}
	return fmt.Errorf("the key has its new protection, but its old copy is still there (%s): %w", m.Pending, err)
}

// forgetPending notes that nothing is pending any more.
func (c *copies) forgetPending(m meta) error {
	m.Pending, m.PendingSum = None, ""
	return c.files.writeMeta(m)
}

// remove removes the old copy of the key that m calls pending. If it cannot
// be verified to hold this key, such as the key of another vault, it is not removed: a
// file is set aside, an item of the keyring stays. If that may still be an old copy,
// the error wraps [ErrOldKey].
func (c *copies) remove(ctx context.Context, m meta) error {
	stored, err := c.stored(ctx, m, m.Pending)
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
			return c.files.disk.remove(c.files.path(keyFile))
		}
		_, err := c.files.moveAside(c.files.path(keyFile), asideKey)
		return err
	case Both, File, None:
	}
	if !ours {
		return fmt.Errorf("%w: item %s is %s", ErrOldKey, item, foundAs(m.Pending, stored))
	}
	return c.ring.Remove(ctx, item)
}
