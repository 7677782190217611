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

// pollEvery is how often the folder is looked at where the system has no
// watches to give.
const pollEvery = time.Second

// Changes tells of changes in the folder, made by anybody, until ctx ends or
// the vault is closed; then the channel is closed. Notices are coalesced: look
// again at each. The folder need not be there yet.
func (v *Vault) Changes(ctx context.Context) <-chan struct{} {
	out := make(chan struct{}, 1)
	notify := func() {
		select {
		case out <- struct{}{}:
		default: // one is waiting already
		}
	}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		// Before returning, so that what the caller does next is seen.
		_, err = v.watchDirs(w)
		if err != nil {
			_ = w.Close()
		}
	}
	go func() {
		defer close(out)
		if err == nil {
			defer func() { _ = w.Close() }()
			if v.watch(ctx, w, notify) {
				return
			}
			notify() // something may have been missed
		}
		v.poll(ctx, notify)
	}()
	return out
}

// watch returns true when it is time to end and false when watching failed.
func (v *Vault) watch(ctx context.Context, w *fsnotify.Watcher, notify func()) bool {
	for {
		select {
		case <-ctx.Done():
			return true
		case <-v.done:
			return true
		case e, ok := <-w.Events:
			if !ok {
				return false
			}
			if v.concerns(e) {
				notify()
			}
			if !e.Has(fsnotify.Create) && !e.Has(fsnotify.Remove) && !e.Has(fsnotify.Rename) {
				continue
			}
			grown, err := v.watchDirs(w)
			if err != nil {
				return false
			}
			if grown {
				notify() // for what was made before it was watched
			}
		case _, ok := <-w.Errors:
			if !ok {
				return false
			}
			notify() // an overflow: something was missed
		}
	}
}

// concerns leaves out what is no change: temporary files and attributes.
func (v *Vault) concerns(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	base := filepath.Base(e.Name)
	switch filepath.Dir(e.Name) {
	case v.path(recordsDir):
		return strings.HasSuffix(base, recordExt) && !strings.HasPrefix(base, tempPrefix)
	case v.dir:
		return base == metaFile || base == markFile || base == recordsDir
	}
	return e.Name == v.dir
}

// watchDirs watches the two folders, or the nearest one above that is there.
// It reports whether one of the two is new.
func (v *Vault) watchDirs(w *fsnotify.Watcher) (grown bool, err error) {
	watched := map[string]bool{}
	for _, dir := range w.WatchList() {
		watched[dir] = true
	}
	for _, dir := range []string{v.dir, v.path(recordsDir)} {
		if watched[dir] {
			continue
		}
		switch err := w.Add(dir); {
		case err == nil:
			grown = true
		case !errors.Is(err, fs.ErrNotExist):
			return grown, err
		case dir == v.dir:
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

// poll compares what the folder looks like.
func (v *Vault) poll(ctx context.Context, notify func()) {
	t := time.NewTicker(pollEvery)
	defer t.Stop()
	last := v.signature()
	for {
		select {
		case <-ctx.Done():
			return
		case <-v.done:
			return
		case <-t.C:
			if now := v.signature(); now != last {
				last = now
				notify()
			}
		}
	}
}

// signature changes with every rename, removal and mark: they touch the time
// of a folder.
func (v *Vault) signature() string {
	var b strings.Builder
	for _, path := range []string{v.path(recordsDir), v.path(metaFile), v.path(markFile)} {
		if fi, err := os.Lstat(path); err == nil {
			fmt.Fprintf(&b, "%d ", fi.ModTime().UnixNano())
		} else {
			b.WriteString("- ")
		}
	}
	return b.String()
}
