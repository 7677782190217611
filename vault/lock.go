package vault

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// turn lets the goroutines of this process wait for each other without
// polling. It is a semaphore of one.
type turn struct {
	busy  chan struct{}
	users int
}

// locks hold names, against goroutines and processes.
type locks struct {
	files *folder
	// waiting is [Options.Waiting].
	waiting func(Holder)

	mu    sync.Mutex
	turns map[string]*turn
}

// hold locks a file in the locks folder.
func (l *locks) hold(ctx context.Context, name string) (func(), error) {
	t := l.enter(name)
	select {
	case t.busy <- struct{}{}:
	case <-ctx.Done():
		l.leave(name, t)
		return nil, ctx.Err()
	}
	unlock, err := l.holdFile(ctx, l.files.path(locksDir, name+".lock"))
	if err != nil {
		<-t.busy
		l.leave(name, t)
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
		l.leave(name, t)
	}, nil
}

// tryHold is hold that does not wait: nil, nil if another caller has it.
func (l *locks) tryHold(name string) (func(), error) {
	if err := l.files.makeDirs(locksDir); err != nil {
		return nil, err
	}
	t := l.enter(name)
	select {
	case t.busy <- struct{}{}:
	default:
		l.leave(name, t)
		return nil, nil
	}
	unlock, err := tryFile(l.files.path(locksDir, name+".lock"))
	if unlock == nil {
		<-t.busy
		l.leave(name, t)
		return nil, err
	}
	return func() { unlock(); <-t.busy; l.leave(name, t) }, nil
}

func (l *locks) enter(name string) *turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.turns[name]
	if t == nil {
		t = &turn{busy: make(chan struct{}, 1)}
		l.turns[name] = t
	}
	t.users++
	return t
}

func (l *locks) leave(name string, t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(l.turns, name)
	}
}

// The time between two tries to get a lock that another process holds: there
// is no portable notification. Writes and refreshes are over soon; after a long
// wait, such as for a person in a browser, a twentieth more of it does no harm,
// while fifty tries a second drain a laptop's battery.
const (
	shortWait   = 20 * time.Millisecond
	longestWait = 250 * time.Millisecond
)

// nextWait is the pause that follows one of wait, after waited in all.
func nextWait(wait, waited time.Duration) time.Duration {
	return min(2*wait, max(shortWait, min(waited/20, longestWait)))
}

func (l *locks) holdFile(ctx context.Context, path string) (func(), error) {
	if err := l.files.makeDirs(locksDir); err != nil {
		return nil, err
	}
	begun := time.Now()
	patience := patientWait{path: path, begun: begun, tell: l.waiting}
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

// tryFile returns nil, nil if another process has the lock.
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
	return func() { _ = f.Unlock() }, nil // closing releases it in any case
}

// removeUnused deletes the lock files of records that are gone.
func (l *locks) removeUnused() {
	files, err := filepath.Glob(l.files.path(locksDir, "*.lock"))
	if err != nil {
		return
	}
	for _, path := range files {
		name := filepath.Base(path)
		name = name[:len(name)-len(".lock")]
		if checkName(name) != nil {
			continue // one of our own
		}
		if _, err := os.Lstat(l.files.recordPath(name)); err == nil {
			continue
		}
		if unlock, err := tryFile(path); err == nil && unlock != nil {
			_ = os.Remove(path) // while it is held; Windows refuses, which is fine
			unlock()
		}
	}
}

// inUse reports whether this process holds a record: what it is about to store
// must not be lost, such as a refresh token that was rotated.
func (l *locks) inUse() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.turns {
		if checkName(name) == nil {
			return true
		}
	}
	return false
}
