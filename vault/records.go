package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/claviger/claviger/internal/durable"
)

// List returns the names of the records, sorted; it decrypts nothing.
func (v *Vault) List(ctx context.Context) ([]string, error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	if err := v.files.lookDirs(); err != nil {
		return nil, err
	}
	return v.files.names()
}

// Get returns a record. A damaged one is set aside, and the error wraps
// [ErrDamaged]; if there is none, it wraps [io/fs.ErrNotExist].
func (v *Vault) Get(ctx context.Context, name string) ([]byte, error) {
	return v.get(ctx, name, func(sealed []byte, k *key) ([]byte, error) {
		data, _, err := k.open(name, sealed)
		return data, err
	})
}

// get is [Vault.Get] with a way of opening the file.
func (v *Vault) get(ctx context.Context, name string, open func(sealed []byte, k *key) ([]byte, error)) ([]byte, error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := v.files.lookDirs(); err != nil {
		return nil, err
	}
	sealed, err := readFile(v.files.recordPath(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(name)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	k, err := v.keys.unlockedHere(ctx)
	if err != nil {
		return nil, err
	}
	data, err := open(sealed, k)
	if errors.Is(err, ErrDamaged) {
		return v.setAside(ctx, name, k)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	return data, nil
}

// Put stores a record atomically; it is durable when Put returns. Its cost does not
// depend on the number of records.
func (v *Vault) Put(ctx context.Context, name string, data []byte) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if len(data) > MaxRecord {
		return fmt.Errorf("record %s: %w: %d bytes", name, ErrTooLarge, len(data))
	}
	k, err := v.keys.unlocked(ctx)
	if errors.Is(err, ErrNotSetUp) {
		if err := v.Setup(ctx, ""); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		k, err = v.keys.unlocked(ctx)
	}
	if err != nil {
		return err
	}
	if err := v.files.makeDirs(recordsDir); err != nil {
		return err
	}
	sealed, err := seal(encodeRecord(name, data), k.recipient)
	if err != nil {
		return err
	}
	err = v.files.disk.save(v.files.recordPath(name), sealed, func(rename func() error) error {
		return v.publish(ctx, rename)
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	v.sweep()
	return nil
}

// writeLock is held while a record takes its place, so that a good one never
// takes the place of a damaged one that is just being set aside.
const writeLock = "_write"

func (v *Vault) publish(ctx context.Context, rename func() error) error {
	release, err := v.locks.hold(ctx, writeLock)
	if stoppedHolder(err) {
		// What is to be stored may be the only good token: losing it is worse than a
		// stopped process that continues and sets a good record aside.
		return rename()
	}
	if err != nil {
		return err
	}
	defer release()
	return rename()
}

// Delete removes a record. A missing one is not an error. It needs no key.
func (v *Vault) Delete(ctx context.Context, name string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := v.files.lookDirs(); err != nil {
		return err
	}
	if err := v.files.disk.remove(v.files.recordPath(name)); err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	// What was forgotten leaves no trace there, either.
	if err := v.files.disk.remove(v.files.path(indexFile)); err != nil {
		return fmt.Errorf("record %s is removed, but not its trace in %s: %w", name, indexFile, err)
	}
	return nil
}

// setAside moves a damaged record out of the way. Under the lock that
// publishing takes, it reads the file again: by now it may be a good one, which
// is returned.
func (v *Vault) setAside(ctx context.Context, name string, k *key) ([]byte, error) {
	release, err := v.locks.hold(ctx, writeLock)
	if err != nil {
		// If the folder cannot be written, it stays where it is.
		return nil, fmt.Errorf("record %s: %w; it could not be set aside: %w", name, ErrDamaged, err)
	}
	defer release()
	if m, err := v.files.readMeta(); err != nil || !k.is(m) {
		return nil, fmt.Errorf("%w: the vault was created again", ErrKeyMissing)
	}
	sealed, err := readFile(v.files.recordPath(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(name)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	data, damage := openRecord(name, sealed, k.identity)
	if !errors.Is(damage, ErrDamaged) {
		return data, damage
	}
	to, err := v.files.moveAside(v.files.recordPath(name), name)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w; it could not be set aside: %w", name, damage, err)
	}
	return nil, fmt.Errorf("record %s: %w; the file is kept as %s", name, damage, filepath.Join(asideDir, to))
}

// sweep removes the leftovers of crashes, once in the life of a process, so
// that they do not wait for a [Vault.Check].
func (v *Vault) sweep() {
	if v.swept.Swap(true) {
		return
	}
	for _, dir := range []string{v.files.dir, v.files.path(recordsDir)} {
		if names, err := durable.NamesIn(dir); err == nil {
			durable.RemoveLeftovers(dir, names, isTemporary, v.files.now())
		}
	}
}
