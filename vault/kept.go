package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// The bounds of [Vault.UnlockFor].
const (
	MinUnlockFor = time.Minute
	MaxUnlockFor = 30 * 24 * time.Hour
)

var errUnlockFor = errors.New("vault: nothing is kept of a vault that a key file opens, or for such a time")

// UnlockFor unlocks the vault and leaves the key with the kernel for so long
// (Linux), in the keyring of this user: until then every process of the user
// opens the vault without the passphrase and the system's keyring. [Vault.Lock]
// ends it, and so does the lock of [Vault.LockAfter], which holds all the same,
// a change of protection, and a restart of the computer. A passphrase must be
// given where the protection has one. Where the kernel keeps nothing, the vault
// is unlocked and the error wraps [ErrKernelKeyring].
func (v *Vault) UnlockFor(ctx context.Context, passphrase string, d time.Duration) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	m, err := v.readMeta()
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
	k, err := v.unlocked(ctx)
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

// keptName is of one vault: a user may have several.
func keptName(m meta) string { return "claviger:vault-" + m.ID }

// keyFromKernel returns nil where the kernel has no key of this vault, for
// whatever reason: there is another way to open it then. A vault that is locked,
// or that nobody used for too long, takes more than that.
func (v *Vault) keyFromKernel(m meta) *key {
	if m.Protection == File || v.marked() || v.idle(m) {
		return nil
	}
	b, err := kernelGet(keptName(m))
	if err != nil {
		return nil
	}
	defer clear(b)
	k, err := parseKey(b)
	if err != nil || !k.is(m) {
		return nil
	}
	return k
}

// isKept reports whether the kernel has the key, without reading it.
func isKept(m meta) bool { return kernelHas(keptName(m)) }

// forgetKept takes the key from the kernel. A kernel that has none, or keeps
// none at all, is as good.
func forgetKept(m meta) error {
	err := kernelRemove(keptName(m))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
