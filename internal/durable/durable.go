// Package durable replaces files so that a crash at any instruction leaves the
// old file or the new one, whole.
//
// A file is written under a temporary name in the same folder, flushed and
// renamed, and the folder is flushed. A process that is killed before that leaves
// the temporary file; the next writer in that folder removes it once it is ten
// minutes old.
//
// [Replace] and [Create] are for any folder. Whoever owns a folder, as the
// vault does, writes with a [Disk] under names of its own, and gets an error if the
// folder could not be flushed.
package durable

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The names of files of [Create] that are not complete yet; between the two are digits.
const (
	tempPrefix = ".claviger-"
	tempSuffix = ".tmp"
)

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
//
// A folder that cannot be flushed is no error: some file systems refuse it, and the
// file has its name all the same.
func Create(path string, overwrite bool, write func(io.Writer) error) error {
	dir := filepath.Dir(path)
	names, _ := NamesIn(dir) // those that could be read
	RemoveLeftovers(dir, names, isTemporary, time.Now())
	var number [8]byte
	_, _ = rand.Read(number[:]) // never fails
	temp := filepath.Join(dir, tempPrefix+strconv.FormatUint(binary.NativeEndian.Uint64(number[:]), 10)+tempSuffix)
	var d Disk
	err := d.put(temp, func(f *os.File) error { return write(f) }, func() error { return publish(temp, path, overwrite) })
	if err == nil {
		_ = d.SyncDir(dir)
	}
	return err
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
	return Rename(temp, path)
}

// isTemporary reports whether a name is one that [Create] gives.
func isTemporary(name string) bool {
	rest, ok := strings.CutPrefix(name, tempPrefix)
	middle, ok2 := strings.CutSuffix(rest, tempSuffix)
	return ok && ok2 && middle != "" && strings.Trim(middle, "0123456789") == ""
}
