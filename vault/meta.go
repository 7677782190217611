package vault

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// meta is the public part of a vault: what is needed to find the key and to
// recognize a wrong one. Nothing is encrypted to what it says.
type meta struct {
	Format int `json:"format"`
	// ID is random. It keeps the keys of several vaults apart in one keyring.
	ID         string     `json:"id"`
	Protection Protection `json:"protection"`
	// Recipient is the fingerprint of the public key.
	Recipient string `json:"recipient"`
	// Pending names a place that may still hold the key although it no longer
	// should: a change of protection was interrupted.
	Pending Protection `json:"pending,omitempty"`
	// PendingSum is the SHA-256 of that copy if a passphrase wraps it: anything
	// else there is not removed.
	PendingSum string `json:"pending_sum,omitempty"`
	// LockAfter is how many seconds without use lock the vault; 0 is never.
	LockAfter int64 `json:"lock_after,omitempty"`
	// Folder is the vault's own path: elsewhere this is a copy, or was moved.
	Folder string `json:"folder,omitempty"`
}

// needs is the lowest format that can express m. Whatever a reader of format 1
// would ignore makes it 2, so that such a reader refuses.
func (m meta) needs() int {
	if m.Protection == File {
		return 3
	}
	if m.Protection == Both || m.Pending == Both || m.LockAfter != 0 {
		return 2
	}
	return 1
}

// readMeta returns an error wrapping [ErrNotSetUp] if there is no vault.
func (d *folder) readMeta() (meta, error) {
	var m meta
	if err := d.lookDirs(); err != nil {
		return m, err
	}
	return d.parseMeta()
}

// parseMeta is readMeta if [folder.lookDirs] was called just before.
func (d *folder) parseMeta() (meta, error) {
	var m meta
	b, err := d.metaText()
	if errors.Is(err, fs.ErrNotExist) {
		b, err = d.withoutMeta()
	}
	if err != nil {
		return m, err
	}
	d.mu.Lock()
	last := d.lastMeta
	d.mu.Unlock()
	if last.text != "" && last.text == string(b) {
		return last.meta, nil
	}
	var version struct{ Format int }
	if err := json.Unmarshal(b, &version); err != nil {
		return m, badMeta("it is not a complete JSON object")
	}
	if version.Format > Format {
		return m, fmt.Errorf("%s: %w: format %d", metaFile, ErrNewer, version.Format)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, badMeta("it is not a complete JSON object")
	}
	if !m.valid() {
		return m, badMeta("a value is missing or invalid")
	}
	if !m.pendingPossible() {
		return m, badMeta(`"pending" has an impossible value; remove that entry`)
	}
	d.mu.Lock()
	d.lastMeta = readBefore{string(b), m}
	d.mu.Unlock()
	return m, nil
}

// badMeta is the error of a meta file that cannot be used.
func badMeta(what string) error {
	return fmt.Errorf("%w: %s", ErrMeta, what)
}

// readBefore is the text of the meta file as it was last read. It is compared
// byte by byte at each use, which is cheaper than reading JSON each time.
type readBefore struct {
	text string
	meta meta
}

func (m meta) valid() bool {
	id, err := hex.DecodeString(m.ID)
	fingerprint, err2 := hex.DecodeString(m.Recipient)
	return m.Format >= 1 && err == nil && len(id) == 8 && err2 == nil && len(fingerprint) == 32 &&
		(m.Protection == Keyring || m.Protection == Passphrase || m.Protection == Both || m.Protection == File) &&
		m.LockAfter >= 0 && m.LockAfter <= int64(maxLockAfter/time.Second)
}

// pendingPossible reports whether there can be an old copy where m says. The copy
// of the protection in force is not old, and a key file is the person's own.
func (m meta) pendingPossible() bool {
	switch m.Pending {
	case None:
		return true
	case Keyring, Passphrase, Both:
		return m.Pending != m.Protection
	case File:
	}
	return false
}

func (d *folder) metaText() ([]byte, error) { return readFile(d.path(metaFile), 1<<16) }

// withoutMeta distinguishes a new vault from one whose meta file was lost: a new key
// for the latter would make its records unreadable. If another process has set the
// vault up since the meta file was looked for, it is its text: it was there before the
// first record.
func (d *folder) withoutMeta() ([]byte, error) {
	names, err := d.names()
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, ErrNotSetUp
	}
	b, err := d.metaText()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there are %d records, but %s is gone", ErrKeyMissing, len(names), metaFile)
	}
	return b, err
}

func (d *folder) writeMeta(m meta) error {
	m.Format = m.needs()
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return d.disk.save(d.path(metaFile), append(b, '\n'), nil)
}
