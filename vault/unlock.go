package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// Unlock opens the vault, for all processes: it removes the mark that Lock
// leaves. A protection without a passphrase ignores it.
func (v *Vault) Unlock(ctx context.Context, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	m, err := v.files.readMeta()
	if err != nil {
		return err
	}
	if passphrase == "" && !v.files.marked() && v.keys.inMemory(m) != nil {
		return nil
	}
	select {
	case v.keys.loading <- struct{}{}:
		defer func() { <-v.keys.loading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return v.keys.open(ctx, m, passphrase)
}

// The bounds of [Vault.UnlockFor].
const (
	MinUnlockFor = time.Minute
	MaxUnlockFor = 30 * 24 * time.Hour
)

var errUnlockFor = errors.New("vault: nothing is kept of a vault that a key file opens, or for such a time")

// UnlockFor unlocks the vault and leaves the key with the kernel for so long
// (Linux), in the keyring of this user: until then every process of the user
// opens the vault without the passphrase and the system's keyring. [Vault.Lock]
// ends it, and so do the lock of [Vault.LockAfter], which still applies, a change
// of protection, and a restart of the computer. A passphrase must be given if the
// protection has one. If the kernel keeps nothing, the vault is unlocked and the
// error wraps [ErrKernelKeyring].
func (v *Vault) UnlockFor(ctx context.Context, passphrase string, d time.Duration) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	m, err := v.files.readMeta()
	switch {
	case err != nil:
		return err
	case m.Protection == File, d < MinUnlockFor, d > MaxUnlockFor:
		return errUnlockFor
	case m.Protection.NeedsPassphrase() && passphrase == "":
		return ErrLocked
	}
	if err := v.Unlock(ctx, passphrase); err != nil {
		return err
	}
	k, err := v.keys.unlocked(ctx)
	if err != nil {
		return err
	}
	if !k.is(m) {
		return fmt.Errorf("%w: the vault was created again", ErrKeyMissing)
	}
	text := k.text()
	defer clear(text)
	name := keptName(m)
	if err := kernelSet(name, text, d); err != nil {
		return err
	}
	got, err := kernelGet(name)
	defer clear(got)
	if err != nil || !bytes.Equal(got, text) {
		return fmt.Errorf("%w: it did not give back what it took", ErrKernelKeyring)
	}
	return nil
}

// Lock drops the key from memory and leaves a mark in the folder, so that
// every other process drops it too and asks for Unlock. What [Vault.UnlockFor]
// left with the kernel is gone at once.
func (v *Vault) Lock(ctx context.Context) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if v.o.ReadOnly {
		return ErrReadOnly
	}
	v.keys.drop()
	m, err := v.files.readMeta()
	if err != nil {
		return err
	}
	return v.keys.mark(m)
}

// LockAfter locks the vault, for every process, after that time without use; 0
// means never, less than a second or more than a year is an error. Every
// Get and Put is a use unless [Options.UseIsTold]. A process that has the key
// in memory locks it; without one, the next process finds the vault locked. What
// [Vault.LockRecord] holds is finished first. The vault must be
// unlocked.
func (v *Vault) LockAfter(ctx context.Context, after time.Duration) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if after != 0 && (after < time.Second || after > maxLockAfter) {
		return fmt.Errorf("vault: cannot lock after %s", after)
	}
	if _, err := v.keys.unlocked(ctx); err != nil {
		return err
	}
	release, err := v.locks.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.files.readMeta()
	if err != nil {
		return err
	}
	m.LockAfter = int64(after / time.Second)
	v.files.touch(m) // before it is in force
	if err := v.files.writeMeta(m); err != nil {
		return err
	}
	v.keys.restartIdling(m)
	return nil
}

// Used delays the lock of [Vault.LockAfter]: the person is there. It is cheap
// enough to call at each click, and does nothing to a vault that is locked.
func (v *Vault) Used() {
	m, err := v.files.readMeta()
	if err == nil && !v.files.marked() && !v.keys.idle(m) {
		v.files.touch(m)
	}
}
