package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/owner"
)

// ensureDir makes a folder that only its owner can use, or makes one so. Only
// the last element is looked at: what lies above is not ours.
func ensureDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(dir), 0o700); err == nil {
			err = os.Mkdir(dir, 0o700)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return explained(err)
	}
	return tightenDir(dir)
}

// tightenDir refuses a symbolic link, and removes the access of others.
func tightenDir(dir string) error {
	fi, err := lookDir(dir)
	if err != nil {
		return err
	}
	if tooOpen(fi.Mode()) {
		if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // 0700 is right for a folder
			return fmt.Errorf("folder is open to other users: %w", explained(err))
		}
	}
	return nil
}

// lookDir refuses what is not a plain folder, and one that others can change.
func lookDir(dir string) (fs.FileInfo, error) {
	fi, err := os.Lstat(dir)
	if err != nil {
		return nil, err
	}
	if !fi.IsDir() {
		return nil, unsafePath(fi, dir)
	}
	return fi, judged(owner.Check(dir, fi))
}

// unsafePath is the error for something that is neither folder nor file.
func unsafePath(fi fs.FileInfo, path string) error {
	if fi.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s: %w", path, ErrUnsafe)
	}
	return fmt.Errorf("%s: %w: unexpected %s", path, ErrUnsafe, fi.Mode().Type())
}

// lookFile refuses a path that holds anything but a plain file. A path
// that holds nothing is fine.
func lookFile(path string) error {
	fi, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return explained(err)
	}
	if !fi.Mode().IsRegular() {
		return unsafePath(fi, path)
	}
	return nil
}

// readFile reads a plain file of at most limit bytes. One byte more is read,
// so that the caller can tell.
func readFile(path string, limit int64) ([]byte, error) { return readOpened(path, limit, nil) }

// readOpened is readFile that first lets look judge the very file that it is about
// to read; nil refuses one that others can change.
func readOpened(path string, limit int64, look func(fs.FileInfo) error) ([]byte, error) {
	if noFollow == 0 {
		if err := lookFile(path); err != nil {
			return nil, err
		}
	}
	f, err := durable.Open(path, os.O_RDONLY|noFollow)
	if err != nil {
		return nil, explained(err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	fi, err := f.Stat()
	if err != nil {
		return nil, explained(err)
	}
	if !fi.Mode().IsRegular() {
		return nil, unsafePath(fi, path)
	}
	if look == nil {
		look = func(fi fs.FileInfo) error { return judged(owner.Check(path, fi)) }
	}
	if err := look(fi); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(min(fi.Size(), limit)) + bytes.MinRead) // read in one piece
	_, err = b.ReadFrom(io.LimitReader(f, limit+1))
	return b.Bytes(), err
}
