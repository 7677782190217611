package vault

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// turn lets the goroutines of this process wait for each other without
// polling. It is a semaphore of one.
type turn struct {
	busy  chan struct{}
	users int
}

// LockRecord waits until this caller holds name, against goroutines and
// processes, or ctx ends. A process that holds it and is stopped is waited for
// a few seconds only. The error of a wait for another process is a [*HeldError].
// The system releases it if the process dies. Calling release twice is harmless.
func (v *Vault) LockRecord(ctx context.Context, name string) (release func(), err error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	return v.hold(ctx, name)
}

// hold locks a file in the locks folder.
func (v *Vault) hold(ctx context.Context, name string) (func(), error) {
	t := v.enter(name)
	select {
	case t.busy <- struct{}{}:
	case <-ctx.Done():
		v.leave(name, t)
		return nil, ctx.Err()
	}
	unlock, err := v.holdFile(ctx, v.path(locksDir, name+".lock"))
	if err != nil {
		<-t.busy
		v.leave(name, t)
		return nil, err
	}
	once := make(chan struct{}, 1)
	return func() {
		select {
		case once <- struct{}{}:
		default:
			return
		}
		unlock()
		<-t.busy
		v.leave(name, t)
	}, nil
}

// tryHold is hold that does not wait: nil, nil where somebody else has it.
func (v *Vault) tryHold(name string) (func(), error) {
	if err := v.makeDirs(locksDir); err != nil {
		return nil, err
	}
	t := v.enter(name)
	select {
	case t.busy <- struct{}{}:
	default:
		v.leave(name, t)
		return nil, nil
	}
	unlock, err := tryFile(v.path(locksDir, name+".lock"))
	if unlock == nil {
		<-t.busy
		v.leave(name, t)
		return nil, err
	}
	return func() { unlock(); <-t.busy; v.leave(name, t) }, nil
}

func (v *Vault) enter(name string) *turn {
	v.mu.Lock()
	defer v.mu.Unlock()
	t := v.turns[name]
	if t == nil {
		t = &turn{busy: make(chan struct{}, 1)}
		v.turns[name] = t
	}
	t.users++
	return t
}

func (v *Vault) leave(name string, t *turn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(v.turns, name)
	}
}

// The time between two tries to get a lock that another process holds: there
// is no portable way to be told. Writes and refreshes are over soon; whoever
// waited long already, such as for a person in a browser, does not mind a
// twentieth of that more, and a laptop's battery does mind fifty tries a second.
const (
	shortWait   = 20 * time.Millisecond
	longestWait = 250 * time.Millisecond
)

// nextWait is the pause after one of wait, when waited has gone by in all.
func nextWait(wait, waited time.Duration) time.Duration {
	return min(2*wait, max(shortWait, min(waited/20, longestWait)))
}

func (v *Vault) holdFile(ctx context.Context, path string) (func(), error) {
	if err := v.makeDirs(locksDir); err != nil {
		return nil, err
	}
	begun := time.Now()
	patience := patientWait{path: path, begun: begun, tell: v.o.Waiting}
	for wait := 500 * time.Microsecond; ; wait = nextWait(wait, time.Since(begun)) {
		unlock, err := tryFile(path)
		if unlock != nil || err != nil {
			return unlock, err
		}
		if err := patience.look(); err != nil {
			return nil, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, &HeldError{holderOf(path), ctx.Err()}
		}
	}
}

// tryFile returns nil, nil if somebody else has the lock.
func tryFile(path string) (func(), error) {
	if err := lookFile(path); err != nil {
		return nil, err
	}
	f := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow), flock.SetPermissions(0o600))
	ok, err := f.TryLock()
	if err != nil {
		return nil, explained(err)
	}
	if !ok {
		return nil, nil
	}
	// Check removes lock files of records that are gone, and so holds them:
	// one that was opened before that is a lock on nothing.
	held, err := f.Stat()
	now, err2 := os.Stat(path)
	if err != nil || err2 != nil || !os.SameFile(held, now) {
		_ = f.Unlock()
		return nil, nil
	}
	signLock(path)
	return func() { _ = f.Unlock() }, nil // closing it releases it in any case
}

// removeLocks deletes the lock files of records that are gone.
func (v *Vault) removeLocks() {
	files, err := filepath.Glob(v.path(locksDir, "*.lock"))
	if err != nil {
		return
	}
	for _, path := range files {
		name := filepath.Base(path)
		name = name[:len(name)-len(".lock")]
		if checkName(name) != nil {
			continue // one of our own
		}
		if _, err := os.Lstat(v.recordPath(name)); err == nil {
			continue
		}
		if unlock, err := tryFile(path); err == nil && unlock != nil {
			_ = os.Remove(path) // while it is held; Windows says no, which is fine
			unlock()
		}
	}
}
