package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// pollEvery is how often the folder is checked if the system has no watches
// left.
const pollEvery = time.Second

// Changes reports changes in the folder, whoever makes them, until ctx ends or the
// vault is closed; then the channel is closed. Notices are coalesced: look again at
// each. The folder need not exist yet.
func (v *Vault) Changes(ctx context.Context) <-chan struct{} {
	out := make(chan struct{}, 1)
	l := &lookout{files: v.files, done: v.done, notify: func() {
		select {
		case out <- struct{}{}:
		default: // one is already waiting
		}
	}}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		// Before returning, so that what the caller does next is seen.
		_, err = l.watchDirs(w)
		if err != nil {
			_ = w.Close()
		}
	}
	last := l.signature() // for the same reason
	go func() {
		defer close(out)
		if err == nil {
			defer func() { _ = w.Close() }()
			if l.events(ctx, w) {
				return
			}
			l.notify() // something may have been missed
		}
		l.poll(ctx, last)
	}()
	return out
}

// lookout watches a vault's folder.
type lookout struct {
	files *folder
	// done is closed when the vault is.
	done   <-chan struct{}
	notify func()
}

// events returns true when it is time to end and false when watching failed.
func (l *lookout) events(ctx context.Context, w *fsnotify.Watcher) bool {
	for {
		select {
		case <-ctx.Done():
			return true
		case <-l.done:
			return true
		case e, ok := <-w.Events:
			if !ok {
				return false
			}
			if l.concerns(e) {
				l.notify()
			}
			if !e.Has(fsnotify.Create) && !e.Has(fsnotify.Remove) && !e.Has(fsnotify.Rename) {
				continue
			}
			grown, err := l.watchDirs(w)
			if err != nil {
				return false
			}
			if grown {
				l.notify() // for what was made before it was watched
			}
		case _, ok := <-w.Errors:
			if !ok {
				return false
			}
			l.notify() // an overflow: something was missed
		}
	}
}

// concerns leaves out what is not a change: temporary files and attributes.
func (l *lookout) concerns(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	base := filepath.Base(e.Name)
	switch filepath.Dir(e.Name) {
	case l.files.path(recordsDir):
		return strings.HasSuffix(base, recordExt) && !strings.HasPrefix(base, tempPrefix)
	case l.files.dir:
		return base == metaFile || base == markFile || base == recordsDir
	}
	return e.Name == l.files.dir
}

// watchDirs watches the two folders, or the nearest one above that exists.
// It reports whether one of the two is new.
func (l *lookout) watchDirs(w *fsnotify.Watcher) (grown bool, err error) {
	for more := true; more && err == nil; {
		// What was made before its folder was watched is told by nobody: look again.
		before := len(w.WatchList())
		var found bool
		found, err = l.watchOnce(w)
		grown = grown || found
		more = len(w.WatchList()) > before
	}
	return grown, err
}

func (l *lookout) watchOnce(w *fsnotify.Watcher) (grown bool, err error) {
	watched := map[string]bool{}
	for _, dir := range w.WatchList() {
		watched[dir] = true
	}
	for _, dir := range []string{l.files.dir, l.files.path(recordsDir)} {
		if watched[dir] {
			continue
		}
		switch err := w.Add(dir); {
		case err == nil:
			grown = true
		case !errors.Is(err, fs.ErrNotExist):
			return grown, err
		case dir == l.files.dir:
			return grown, watchAbove(w, filepath.Dir(dir), watched)
		}
	}
	return grown, nil
}

func watchAbove(w *fsnotify.Watcher, dir string, watched map[string]bool) error {
	for !watched[dir] {
		err := w.Add(dir)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return err
		}
		dir = filepath.Dir(dir)
	}
	return nil
}

// poll compares what the folder looks like with what it was like last.
func (l *lookout) poll(ctx context.Context, last string) {
	t := time.NewTicker(pollEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.done:
			return
		case <-t.C:
			if now := l.signature(); now != last {
				last = now
				l.notify()
			}
		}
	}
}

// coarse is how far apart two changes may be and still have the same time: a kernel's
// clock for files ticks every few milliseconds, FAT's every two seconds.
const coarse = 2 * time.Second

// signature changes with every rename, removal and mark: they touch the time
// of a folder. One that was taken just after a change is like no other.
func (l *lookout) signature() string {
	var b strings.Builder
	now := time.Now()
	for _, path := range []string{l.files.path(recordsDir), l.files.path(metaFile), l.files.path(markFile)} {
		fi, err := os.Lstat(path)
		if err != nil {
			b.WriteString("- ")
			continue
		}
		fmt.Fprintf(&b, "%d ", fi.ModTime().UnixNano())
		if now.Sub(fi.ModTime()).Abs() < coarse {
			fmt.Fprintf(&b, "at %d ", now.UnixNano())
		}
	}
	return b.String()
}
