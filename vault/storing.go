package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
)

// firstKey is the key of a new vault: that of the key file, or a new one.
func (c *copies) firstKey(p Protection) (*key, error) {
	if p == File {
		return onlyKey(c.own.current())
	}
	return newKey()
}

// newCopy is what is to be stored of the key under a protection; nil for [File].
// Clear it after use.
func (c *copies) newCopy(k *key, p Protection, passphrase string) ([]byte, error) {
	switch p {
	case Passphrase, Both:
		return c.wrapKey(k, passphrase)
	case Keyring:
		return k.text(), nil
	case File, None:
	}
	return nil, nil
}

// store puts a copy of the key in the place of m's protection.
func (c *copies) store(ctx context.Context, m meta, stored []byte) error {
	switch m.Protection {
	case Passphrase:
		return c.keyToFile(m, stored)
	case Both, Keyring:
		return c.keyToRing(ctx, m, stored)
	case File: // which has it already
		_, err := c.own.key(m)
		return err
	case None:
	}
	return fmt.Errorf("vault: no protection %q", m.Protection)
}

// keyToFile writes the wrapped key and reads it back. A file that is not the
// copy that this run opened, such as the key of a vault that is gone, is moved, not
// overwritten.
func (c *copies) keyToFile(m meta, sealed []byte) error {
	path := c.files.path(keyFile)
	before, err := readFile(path, 1<<16)
	if err == nil && !c.isProven(m, Passphrase, before) {
		_, err = c.files.moveAside(path, asideKey)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := c.files.disk.save(path, sealed, nil); err != nil {
		return err
	}
	now, err := readFile(path, 1<<16)
	if err == nil && !bytes.Equal(now, sealed) {
		err = fmt.Errorf("%s: %w: it is not what was just written", keyFile, ErrDamaged)
	}
	if err != nil {
		return err
	}
	c.prove(m, sealed)
	return nil
}

// keyToRing stores the key, or the wrapped one, in the keyring once that has
// proved to keep things. Its errors wrap [ErrNoKeyring] beside a more precise
// cause; what was there before is then there again.
func (c *copies) keyToRing(ctx context.Context, m meta, secret []byte) error {
	canary := []byte(rand.Text())
	name := canaryName(m)
	if err := c.proveRing(ctx, name, canary); err != nil {
		return noKeyring(err)
	}
	if err := c.ring.Remove(ctx, name); err != nil {
		return noKeyring(err)
	}
	item := itemName(m, m.Protection)
	before, err := c.ring.Get(ctx, item)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return noKeyring(err)
	}
	defer clear(before)
	if err := c.mayOverwrite(m, before); err != nil {
		return err
	}
	if err := c.proveRing(ctx, item, secret); err != nil {
		if before != nil {
			err = errors.Join(err, c.ring.Set(ctx, item, before))
		}
		return noKeyring(err)
	}
	c.prove(m, secret)
	return nil
}

// mayOverwrite refuses to replace anything but a copy of the key.
func (c *copies) mayOverwrite(m meta, there []byte) error {
	if len(there) == 0 || c.isProven(m, m.Protection, there) ||
		m.Protection == Keyring && isThisKey(m, there) {
		return nil
	}
	return fmt.Errorf("%w: item %s is %s", ErrKeyringTaken, itemName(m, m.Protection), foundAs(m.Protection, there))
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
func (c *copies) proveRing(ctx context.Context, name string, secret []byte) error {
	if err := c.ring.Set(ctx, name, secret); err != nil {
		return err
	}
	got, err := c.ring.Get(ctx, name)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	defer clear(got)
	if !bytes.Equal(got, secret) {
		return fmt.Errorf("%w: it returned something other than what was stored", ErrNoKeyring)
	}
	return nil
}
