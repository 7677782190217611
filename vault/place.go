package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A copy of a vault's folder has the id of the original, and with it the name of
// the key in the keyring: a change of protection in one would take the key from the
// other. So vault.json says which folder it belongs to, and a copy gets its own id and
// item at the latest before it changes anything.

// isCopy reports whether the vault was copied from another folder that still has
// it. One that was moved, or whose original is gone, is not a copy.
func (d *folder) isCopy(m meta) bool {
	if m.Folder == "" || m.Folder == d.dir || !filepath.IsAbs(m.Folder) {
		return false
	}
	if strings.HasPrefix(m.Folder, `\\`) {
		return false // another computer: a file alone must not make us contact it
	}
	there, err := os.Stat(m.Folder)
	if err == nil {
		here, err := os.Stat(d.dir)
		if err == nil && os.SameFile(here, there) {
			return false // by another name: a link, a mount
		}
	}
	b, err := readFile(filepath.Join(m.Folder, metaFile), 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	var other struct{ ID string }
	if err == nil && json.Unmarshal(b, &other) == nil {
		return other.ID == m.ID
	}
	return true // what cannot be read may be the original
}

// unsettled reports whether the key in the keyring may be another folder's too.
func (d *folder) unsettled(m meta) bool {
	return m.Protection.UsesKeyring() && (m.Folder == "" || d.isCopy(m))
}

// ownID is the id of a copy. It is the same at each try, so that an interrupted
// try leaves nothing behind.
func (d *folder) ownID(m meta) string {
	sum := sha256.Sum256([]byte(m.ID + "\n" + d.dir))
	return hex.EncodeToString(sum[:8])
}

// apart returns m with an identity that only this folder has: a copy gets its own
// item in the keyring, and the original keeps its own. The setup lock must be held.
func (c *copies) apart(ctx context.Context, m meta) (meta, error) {
	if m.Folder == c.files.dir {
		return m, nil
	}
	if !c.files.isCopy(m) {
		m.Folder = c.files.dir
		return m, nil
	}
	own := m
	own.Folder, own.ID = c.files.dir, c.files.ownID(m)
	if m.Protection.UsesKeyring() {
		if err := c.copyItem(ctx, m, own); err != nil {
			return m, err
		}
	}
	if err := c.files.writeMeta(own); err != nil {
		return m, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proven.id == m.ID {
		c.proven.id = own.ID
	}
	return own, nil
}

// copyItem stores the original's item of the keyring under the copy's name. If it
// is not there, it is lost for both.
func (c *copies) copyItem(ctx context.Context, from, to meta) error {
	stored, err := c.stored(ctx, from, from.Protection)
	if errors.Is(err, ErrKeyMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	defer clear(stored)
	there, err := c.stored(ctx, to, to.Protection)
	defer clear(there)
	if err == nil && bytes.Equal(there, stored) {
		return nil
	}
	proven := c.isProven(from, from.Protection, stored)
	if err := c.keyToRing(ctx, to, stored); err != nil {
		return err
	}
	if !proven {
		c.mu.Lock()
		c.proven = provenCopy{} // it was read back, but not opened
		c.mu.Unlock()
	}
	return nil
}
