package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

// provenCopy is a copy of the key that this run opened, or made and read back.
// The meta file is not signed, so what it says about copies is not enough to
// remove or overwrite one.
type provenCopy struct {
	id  string
	p   Protection
	sum string
}

// copies are the stored copies of a vault's key: at least one.
type copies struct {
	files *folder
	ring  *boundedStore
	own   *ownFile
	// workFactor is [Options.InsecureWorkFactor], prompt [Options.AskPassphrase].
	workFactor int
	prompt     func(ctx context.Context) (string, error)

	mu     sync.Mutex
	proven provenCopy
}

// sumOf distinguishes one copy of a key from others.
func sumOf(stored []byte) string {
	sum := sha256.Sum256(stored)
	return hex.EncodeToString(sum[:])
}

// prove notes the copy that m says is in force.
func (c *copies) prove(m meta, stored []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proven = provenCopy{m.ID, m.Protection, sumOf(stored)}
}

// isProven reports whether stored is the copy for p that this run opened.
func (c *copies) isProven(m meta, p Protection, stored []byte) bool {
	return c.provenSum(m, p) == sumOf(stored)
}

// provenSum is the sum of the copy for p that this run opened, "" if it did not.
func (c *copies) provenSum(m meta, p Protection) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proven.id != m.ID || c.proven.p != p {
		return ""
	}
	return c.proven.sum
}

// stored reads the vault's own copy of the key for p, as it is stored; clear
// it after use. One that is not there is an [ErrKeyMissing].
func (c *copies) stored(ctx context.Context, m meta, p Protection) ([]byte, error) {
	if p != Passphrase {
		return c.inRing(ctx, itemName(m, p))
	}
	sealed, err := readFile(c.files.path(keyFile), 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no %s", ErrKeyMissing, keyFile)
	}
	return sealed, err
}

// open opens the copy of the key that m says is in force.
func (c *copies) open(ctx context.Context, m meta, passphrase string) (*key, error) {
	if m.Protection == File {
		return c.own.key(m)
	}
	// The keyring is asked first: a person should not type a passphrase for nothing.
	stored, err := c.stored(ctx, m, m.Protection)
	if errors.Is(err, ErrKeyMissing) {
		return nil, c.elsewhere(ctx, m, err)
	}
	if err != nil {
		return nil, err
	}
	defer clear(stored)
	var k *key
	switch m.Protection {
	case Passphrase:
		k, err = c.unwrap(ctx, stored, passphrase, keyFile)
	case Both:
		k, err = c.unwrap(ctx, stored, passphrase, "the key in the keyring")
	default:
		k, err = parseKey(stored)
	}
	if err != nil {
		return nil, err
	}
	if !k.is(m) {
		return nil, fmt.Errorf("%w: the one found belongs to another vault", ErrKeyMissing)
	}
	c.prove(m, stored)
	return k, nil
}

// elsewhere says where a copy of a key is if it is not where m says. It looks only
// at the places, not at the contents, which may be another vault's.
func (c *copies) elsewhere(ctx context.Context, m meta, missing error) error {
	for _, p := range []Protection{Passphrase, Keyring, Both} {
		if p == m.Protection || m.Protection.UsesKeyring() && p.UsesKeyring() {
			continue
		}
		stored, err := c.stored(ctx, m, p)
		clear(stored)
		if err != nil {
			continue
		}
		place := map[Protection]string{Passphrase: "the folder has a " + keyFile, Keyring: "the keyring has a key", Both: "the keyring has a key with a passphrase"}[p]
		return fmt.Errorf("%w: it says %q, but %s, which is \"protection\": %q: %w", ErrKeyElsewhere, m.Protection, place, p, missing)
	}
	return missing
}

// proveInForce opens the copy in force unless this run did, so that it can be
// replaced. If that one is lost or damaged, there is nothing to lose: a
// process that still has the key in memory can save it by a change.
func (c *copies) proveInForce(ctx context.Context, m meta) error {
	if !m.Protection.NeedsPassphrase() || c.stays(ctx, m) == nil {
		return nil
	}
	_, err := c.open(ctx, m, "")
	if errors.Is(err, ErrKeyMissing) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNoKeyring) {
		return nil
	}
	return err
}

var errNotOpened = errors.New("the copy that stays was not opened yet")

// stays makes sure that the copy in force is there, and is one that this run
// opened or made.
func (c *copies) stays(ctx context.Context, m meta) error {
	if m.Protection == File {
		_, err := c.own.key(m)
		return err
	}
	stored, err := c.stored(ctx, m, m.Protection)
	if err != nil {
		return err
	}
	defer clear(stored)
	if m.Protection == Keyring && isThisKey(m, stored) || c.isProven(m, m.Protection, stored) {
		return nil
	}
	return errNotOpened
}

// isThisKey reports whether what is stored in clear is the key of m.
func isThisKey(m meta, stored []byte) bool {
	k, err := parseKey(stored)
	return err == nil && k.is(m)
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

func (c *copies) inRing(ctx context.Context, name string) ([]byte, error) {
	b, err := c.ring.Get(ctx, name)
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
