package vault

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The names in the vault's folder.
const (
	metaFile   = "vault.json"
	keyFile    = "key.age"
	markFile   = "locked"
	usedFile   = "used"
	recordsDir = "records"
	asideDir   = "set-aside"
	locksDir   = "locks"
	recordExt  = ".age"
)

// meta is the public part of a vault: what is needed to find the key and to
// tell the right one from a wrong one. Nothing is encrypted to what it says.
type meta struct {
	Format int `json:"format"`
	// ID is random. It keeps the keys of several vaults apart in one keyring.
	ID         string     `json:"id"`
	Protection Protection `json:"protection"`
	// Recipient is the fingerprint of the public key.
	Recipient string `json:"recipient"`
	// Pending names a place that may still hold the key although it should
	// not any more: a change of protection was cut off there.
	Pending Protection `json:"pending,omitempty"`
	// PendingSum is the SHA-256 of that copy if a passphrase wraps it: what else
	// is there is not removed.
	PendingSum string `json:"pending_sum,omitempty"`
	// LockAfter is how many seconds without use lock the vault; 0 is never.
	LockAfter int64 `json:"lock_after,omitempty"`
}

// needs is the lowest format that knows what m says. Whatever a reader of
// format 1 would not heed makes it 2, so that such a reader refuses.
func (m meta) needs() int {
	if m.Protection == File {
		return 3
	}
	if m.Protection == Both || m.Pending == Both || m.LockAfter != 0 {
		return 2
	}
	return 1
}

func (v *Vault) path(elem ...string) string {
	return filepath.Join(append([]string{v.dir}, elem...)...)
}

func (v *Vault) recordPath(name string) string { return v.path(recordsDir, name+recordExt) }

// readMeta returns an error wrapping [ErrNotSetUp] where there is no vault.
func (v *Vault) readMeta() (meta, error) {
	var m meta
	if err := v.lookDirs(); err != nil {
		return m, err
	}
	return v.parseMeta()
}

// parseMeta is readMeta where [Vault.lookDirs] was called just before.
func (v *Vault) parseMeta() (meta, error) {
	var m meta
	b, err := readFile(v.path(metaFile), 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return m, v.withoutMeta()
	}
	if err != nil {
		return m, err
	}
	v.mu.Lock()
	last := v.lastMeta
	v.mu.Unlock()
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
	v.mu.Lock()
	v.lastMeta = readBefore{string(b), m}
	v.mu.Unlock()
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

// pendingPossible reports whether there can be an old copy where m says. That of
// the protection in force is not old, and a key file is the person's own.
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

// withoutMeta tells a new vault from one whose meta file was lost: a new key
// for the latter would make its records unreadable.
func (v *Vault) withoutMeta() error {
	names, err := v.names()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return fmt.Errorf("%w: there are %d records, but %s is gone", ErrKeyMissing, len(names), metaFile)
	}
	return ErrNotSetUp
}

func (v *Vault) writeMeta(m meta) error {
	m.Format = m.needs()
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return v.disk.save(v.path(metaFile), append(b, '\n'), nil)
}

// lookDirs refuses symbolic links where the folders should be. Folders that
// are not there yet are fine.
func (v *Vault) lookDirs() error {
	for _, dir := range []string{v.dir, v.path(recordsDir)} {
		if _, err := lookDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return explained(err)
		}
	}
	return nil
}

// makeDirs makes the folders, each for the owner alone.
func (v *Vault) makeDirs(names ...string) error {
	if err := ensureDir(v.dir); err != nil {
		return err
	}
	for _, name := range names {
		if err := ensureDir(v.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// names lists the records, sorted.
func (v *Vault) names() ([]string, error) {
	entries, err := os.ReadDir(v.path(recordsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return []string{}, nil
	}
	if err != nil {
		return nil, explained(err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), recordExt)
		if ok && e.Type().IsRegular() && checkName(name) == nil {
			names = append(names, name)
		}
	}
	// ReadDir sorts by file name, where "a.age" comes after "a-b.age".
	slices.Sort(names)
	return names, nil
}
