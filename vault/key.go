package vault

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"filippo.io/age"
)

// key is the vault's key. Its identity cannot be overwritten in memory: the
// library keeps it to itself. Dropping the pointer is what Go lets us do.
type key struct {
	identity    *age.HybridIdentity
	recipient   *age.HybridRecipient
	fingerprint string
}

func newKey() (*key, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	return keyOf(id), nil
}

func keyOf(id *age.HybridIdentity) *key {
	r := id.Recipient()
	sum := sha256.Sum256([]byte(r.String()))
	return &key{identity: id, recipient: r, fingerprint: hex.EncodeToString(sum[:])}
}

// parseKey reads "AGE-SECRET-KEY-PQ-1…". The error never holds the text.
func parseKey(b []byte) (*key, error) {
	id, err := age.ParseHybridIdentity(string(b))
	if err != nil {
		return nil, fmt.Errorf("%w: the stored value is not a key", ErrKeyMissing)
	}
	return keyOf(id), nil
}

// text is what [parseKey] reads: the seed form, 79 bytes. Clear it after use.
func (k *key) text() []byte { return []byte(k.identity.String()) }

// is reports whether k is the key that m speaks of.
func (k *key) is(m meta) bool {
	return subtle.ConstantTimeCompare([]byte(k.fingerprint), []byte(m.Recipient)) == 1
}

// itemName is the name of the key in the keyring. The wrapped one has a name of
// its own, so that each of the two is there until the other has its place.
func itemName(m meta, p Protection) string {
	if p == Both {
		return "vault-" + m.ID + "-wrapped"
	}
	return "vault-" + m.ID
}

// marked reports whether somebody locked the vault.
func (v *Vault) marked() bool {
	_, err := os.Lstat(v.path(markFile))
	return !errors.Is(err, fs.ErrNotExist) // in doubt it is locked
}

// unlocked returns the key, from memory where it still is the right one.
// Another process may have locked the vault or even made a new one in its
// place, so the two small files are looked at each time.
func (v *Vault) unlocked(ctx context.Context) (*key, error) {
	if err := v.lookDirs(); err != nil {
		return nil, err
	}
	return v.unlockedHere(ctx)
}

// unlockedHere is unlocked where [Vault.lookDirs] was called just before.
func (v *Vault) unlockedHere(ctx context.Context) (*key, error) {
	m, err := v.parseMeta()
	if err != nil {
		if errors.Is(err, ErrNotSetUp) {
			v.drop()
		}
		return nil, err
	}
	if v.marked() {
		v.drop()
		return nil, ErrLocked
	}
	if v.idle(m) && !v.inUse() {
		v.lockIdle(ctx)
		return nil, fmt.Errorf("%w: unused for %s", ErrLocked, m.lockAfter())
	}
	if !v.o.UseIsTold {
		v.touch(m)
	}
	if k := v.inMemory(m); k != nil {
		v.watchIdle(m)
		return k, nil
	}
	// One at a time, so that a person is asked once.
	select {
	case v.loading <- struct{}{}:
		defer func() { <-v.loading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if k := v.inMemory(m); k != nil {
		return k, nil
	}
	return v.load(ctx, m, "")
}

// inMemory returns the key if it is loaded and belongs to m.
func (v *Vault) inMemory(m meta) *key {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.key != nil && v.key.is(m) {
		return v.key
	}
	return nil
}

// load opens the key and keeps it, unless the vault was locked meanwhile.
// v.loading must be held.
func (v *Vault) load(ctx context.Context, m meta, passphrase string) (*key, error) {
	v.mu.Lock()
	generation := v.generation
	v.mu.Unlock()
	k, m, err := v.openCurrent(ctx, m, passphrase)
	if err != nil {
		return nil, err
	}
	if m.Pending != None {
		// Another try at removing the key from where it should not be. That
		// it cannot be done now must not keep the person from their records.
		_ = v.finishPending(ctx, m)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return nil, errClosed
	}
	if v.generation != generation {
		return nil, ErrLocked
	}
	v.key = k
	v.startIdling(m)
	return k, nil
}

// openCurrent is openKey, once more where somebody changed the protection
// meanwhile.
func (v *Vault) openCurrent(ctx context.Context, m meta, passphrase string) (*key, meta, error) {
	for {
		k, err := v.openKey(ctx, m, passphrase)
		if err == nil || ctx.Err() != nil {
			return k, m, err
		}
		now, metaErr := v.readMeta()
		if metaErr != nil || now.Protection == m.Protection && now.ID == m.ID {
			return nil, m, err
		}
		m = now
	}
}

// openKey fetches the key from where m says it is, and makes sure that it is
// the key that the records are encrypted to.
func (v *Vault) openKey(ctx context.Context, m meta, passphrase string) (*key, error) {
	if passphrase == "" {
		if k := v.keyFromKernel(m); k != nil {
			return k, nil
		}
	}
	return v.openCopy(ctx, m, passphrase)
}

func (v *Vault) ringItem(ctx context.Context, name string) ([]byte, error) {
	b, err := v.ring.Get(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: the keyring does not have it", ErrKeyMissing)
	}
	if errors.Is(err, ErrNoKeyring) {
		return nil, fmt.Errorf("%w: %w", ErrKeyringGone, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return b, nil
}

// drop forgets the key, and makes a load that is under way forget it too.
func (v *Vault) drop() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.key = nil
	v.generation++
	v.stopIdling()
}
