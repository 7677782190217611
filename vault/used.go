package vault

import (
	"os"
	"time"
)

// clockStep is how far a clock may be set back without doubt about when the
// vault was used.
const clockStep = time.Minute

// unused is how long the vault was not used. If that is unknown, it is for ever.
func (d *folder) unused(m meta) time.Duration {
	fi, err := os.Lstat(d.path(usedFile))
	if err != nil {
		return maxLockAfter
	}
	// A clock that was set back makes it negative.
	return d.now().Sub(fi.ModTime())
}

// touch notes that the vault is in use. If that fails, the vault locks while
// it is used, which is the lesser evil.
func (d *folder) touch(m meta) {
	if m.LockAfter == 0 || d.disk.readOnly {
		return
	}
	if u := d.unused(m); u >= 0 && u < min(m.lockAfter()/10, 10*time.Second) {
		return
	}
	path := d.path(usedFile)
	if lookFile(path) != nil {
		return
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|noFollow, 0o600); err == nil {
		_ = f.Close() // nothing was written
	}
	now := d.now()
	_ = os.Chtimes(path, now, now)
}

func (m meta) lockAfter() time.Duration { return time.Duration(m.LockAfter) * time.Second }

// maxLockAfter is a year: more would be never.
const maxLockAfter = 365 * 24 * time.Hour
