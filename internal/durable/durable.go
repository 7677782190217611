// Package durable replaces files so that a crash at any instruction leaves the
// old file or the new one, whole.
//
// A file is written under a temporary name in the same folder, flushed and
// renamed, and the folder is flushed. A process that is killed before that leaves
// the temporary file; the next writer in that folder removes it once it is ten
// minutes old.
package durable

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// The names of files that are not complete yet; between the two are digits.
const (
	tempPrefix = ".claviger-"
	tempSuffix = ".tmp"
)

// leftoverAge is how long a temporary file must be unchanged before it counts as
// left by a process that is gone.
const leftoverAge = 10 * time.Minute

// Replace writes data to a file that only the owner can read, in place of any file
// that is there. Errors are those of package os.
func Replace(path string, data []byte) error {
	return Create(path, true, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Create makes a file of what write writes, readable by the owner alone, complete or
// not at all. Without overwrite, a file that is there is left alone and the error
// wraps [io/fs.ErrExist], also if it appeared while write ran. An error of write
// is returned as it is; the others are those of package os.
func Create(path string, overwrite bool, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	removeLeftovers(dir, time.Now())
	var number [8]byte
	_, _ = rand.Read(number[:]) // never fails
	temp := filepath.Join(dir, tempPrefix+strconv.FormatUint(binary.NativeEndian.Uint64(number[:]), 10)+tempSuffix)
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp) // it may already have its name
		}
	}()
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err = publish(temp, path, overwrite); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}

// publish gives a file its name. A link never replaces a file that appeared
// meanwhile; without links, a look before is the best there is.
func publish(temp, path string, overwrite bool) error {
	if !overwrite {
		err := os.Link(temp, path)
		if err == nil {
			_ = os.Remove(temp) // a second name does no harm
			return nil
		}
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		if _, there := os.Lstat(path); there == nil {
			return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
		}
	}
	return os.Rename(temp, path)
}

// syncDir makes a rename durable. Windows has no such call and some file systems
// refuse it; the rename stands all the same.
func syncDir(dir string) {
	if runtime.GOOS == "windows" {
		return
	}
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// removeLeftovers removes the files of writers that were killed. It does
// not matter if it fails.
func removeLeftovers(dir string, now time.Time) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	names, _ := d.Readdirnames(-1) // those that could be read
	_ = d.Close()                  // only read from
	for _, name := range names {
		path := filepath.Join(dir, name)
		if !isTemporary(name) {
			continue
		}
		if fi, err := os.Lstat(path); err == nil && fi.Mode().IsRegular() && now.Sub(fi.ModTime()) >= leftoverAge {
			_ = os.Remove(path) // fails for another user's
		}
	}
}

// isTemporary reports whether a name is one that [Create] gives.
func isTemporary(name string) bool {
	rest, ok := strings.CutPrefix(name, tempPrefix)
	middle, ok2 := strings.CutSuffix(rest, tempSuffix)
	return ok && ok2 && middle != "" && strings.Trim(middle, "0123456789") == ""
}
