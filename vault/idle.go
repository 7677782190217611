package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// maxLockAfter is a year: more is never.
const maxLockAfter = 365 * 24 * time.Hour

// idleLook bounds the time between two looks at whether it is time to lock. A
// timer stands still while the computer sleeps.
const idleLook = time.Minute

// clockStep is how far a clock may be set back without a doubt about when the
// vault was used.
const clockStep = time.Minute

// busyWait is how long a lock waits for the end of what is under way.
const busyWait = time.Second

// LockAfter locks the vault, for every process, once nobody used it for so
// long; 0 is never, less than a second or more than a year is an error. Every
// Get and Put is a use unless [Options.UseIsTold]. A process that has the key
// in memory locks by itself; else the next one that comes finds the vault
// locked. What [Vault.LockRecord] holds is finished first. The vault must be
// unlocked.
func (v *Vault) LockAfter(ctx context.Context, after time.Duration) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if after != 0 && (after < time.Second || after > maxLockAfter) {
		return fmt.Errorf("vault: cannot lock after %s", after)
	}
	if _, err := v.unlocked(ctx); err != nil {
		return err
	}
	release, err := v.hold(ctx, setupLock)
	if err != nil {
		return err
	}
	defer release()
	m, err := v.readMeta()
	if err != nil {
		return err
	}
	m.LockAfter = int64(after / time.Second)
	v.touch(m) // before it holds
	if err := v.writeMeta(m); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stopIdling()
	v.startIdling(m)
	return nil
}

// Used puts off the lock of [Vault.LockAfter]: somebody is there. It is cheap
// enough to call at each click, and does nothing to a vault that is locked.
func (v *Vault) Used() {
	m, err := v.readMeta()
	if err == nil && !v.marked() && !v.idle(m) {
		v.touch(m)
	}
}

func (m meta) lockAfter() time.Duration { return time.Duration(m.LockAfter) * time.Second }

// unused is how long nobody used the vault. Where that cannot be told, it is
// for ever.
func (v *Vault) unused(m meta) time.Duration {
	fi, err := os.Lstat(v.path(usedFile))
	if err != nil {
		return maxLockAfter
	}
	// A clock that was set back makes it negative.
	return v.o.Now().Sub(fi.ModTime())
}

// idle reports whether it is time to lock. Where the clock was set back and this
// process, without the key, cannot know what was before, it is.
func (v *Vault) idle(m meta) bool {
	if m.LockAfter == 0 {
		return false
	}
	u := v.unused(m)
	return u >= m.lockAfter() || u < -clockStep && v.inMemory(m) == nil
}

// touch notes that the vault is in use. Where that cannot be done, the vault
// locks while it is used, which is the lesser evil.
func (v *Vault) touch(m meta) {
	if m.LockAfter == 0 {
		return
	}
	if u := v.unused(m); u >= 0 && u < min(m.lockAfter()/10, 10*time.Second) {
		return
	}
	path := v.path(usedFile)
	if lookFile(path) != nil {
		return
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|noFollow, 0o600); err == nil {
		_ = f.Close() // nothing was written
	}
	now := v.o.Now()
	_ = os.Chtimes(path, now, now)
}

// inUse reports whether this process holds a record: what it is about to store
// must not be lost, such as a refresh token that was rotated.
func (v *Vault) inUse() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for name := range v.turns {
		if checkName(name) == nil {
			return true
		}
	}
	return false
}

// lockIdle locks the vault for every process, unless somebody used it by now.
func (v *Vault) lockIdle(ctx context.Context) {
	v.drop()
	release, err := v.hold(ctx, setupLock)
	if err != nil {
		return // a folder that cannot be written: every process finds out itself
	}
	defer release()
	if m, err := v.readMeta(); err == nil && v.idle(m) {
		_ = v.mark(m) // the same
	}
}

// unmark ends what [Vault.mark] and [Vault.idle] began.
func (v *Vault) unmark(ctx context.Context, m meta) error {
	if m.LockAfter > 0 {
		// So that a process that is just locking it sees the use.
		release, err := v.hold(ctx, setupLock)
		if err != nil {
			return err
		}
		defer release()
		v.touch(m)
	}
	return v.disk.remove(v.path(markFile))
}

// watchIdle begins to look after [Vault.LockAfter] where another process set it.
func (v *Vault) watchIdle(m meta) {
	if m.LockAfter == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.idling == nil {
		v.startIdling(m)
	}
}

// startIdling and stopIdling want v.mu held.
func (v *Vault) startIdling(m meta) {
	if m.LockAfter > 0 && v.key != nil && v.idling == nil {
		v.idling = time.AfterFunc(min(m.lockAfter(), idleLook), v.lookIdle)
	}
}

func (v *Vault) stopIdling() {
	if v.idling != nil {
		v.idling.Stop()
		v.idling = nil
	}
}

// lookIdle locks the vault when it is time, and else looks again.
func (v *Vault) lookIdle() {
	v.mu.Lock()
	v.idling = nil
	v.mu.Unlock()
	m, err := v.readMeta()
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotSetUp) {
			v.drop()
		}
		return
	}
	if m.LockAfter == 0 || v.inMemory(m) == nil {
		return
	}
	if v.unused(m) < -clockStep {
		v.touch(m) // the clock was set back: the time begins anew
	}
	wait := min(m.lockAfter()-v.unused(m), idleLook)
	if wait <= 0 {
		if !v.inUse() {
			v.lockIdle(context.Background())
			return
		}
		wait = busyWait
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.key != nil && v.idling == nil {
		v.idling = time.AfterFunc(wait, v.lookIdle)
	}
}
