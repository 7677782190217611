package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/owner"
)

// tempPrefix starts the names of files that are not complete yet. No record
// can be named like that.
const tempPrefix = ".tmp-"

// leftoverAge is how old a temporary file must be before it counts as a
// leftover of a crash. A save takes less, even on a network disk.
const leftoverAge = 10 * time.Minute

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
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
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

// disk is where bytes go; tests put a full or a dying one in its place.
type disk struct {
	// write writes all of data to f; nil is f.Write.
	write func(f *os.File, data []byte) error
	// sync makes a file's content, or a folder's names, durable; nil is f.Sync.
	sync func(f *os.File) error
	// between is called between write and rename; nil does nothing.
	between func(path string)
}

// flush makes a file's content, or a folder's names, durable.
func (d disk) flush(f *os.File) error {
	if d.sync != nil {
		return d.sync(f)
	}
	return f.Sync()
}

// save replaces the file at path: a crash at any moment leaves either the old
// or the new one, and the new one is on the disk when save returns. publish,
// if not nil, wraps the rename.
func (d disk) save(path string, data []byte, publish func(rename func() error) error) (err error) {
	defer func() { err = explained(err) }()
	if err := lookFile(path); err != nil {
		return err
	}
	temp := filepath.Join(filepath.Dir(path), tempPrefix+strings.ToLower(rand.Text()))
	if err := d.writeTemp(temp, data); err != nil {
		_ = os.Remove(temp) // a leftover is found later
		return err
	}
	if d.between != nil {
		d.between(path)
	}
	rename := func() error { return replace(temp, path) }
	if publish != nil {
		err = publish(rename)
	} else {
		err = rename()
	}
	if err != nil {
		_ = os.Remove(temp)
		return err
	}
	return d.syncDir(filepath.Dir(path))
}

// writeTemp makes a new file and flushes it to the disk.
func (d disk) writeTemp(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|noFollow, 0o600)
	if err != nil {
		return err
	}
	return d.fill(f, data)
}

// fill writes a file, flushes it to the disk and closes it.
func (d disk) fill(f *os.File, data []byte) (err error) {
	if d.write != nil {
		err = d.write(f, data)
	} else {
		_, err = f.Write(data)
	}
	if err == nil {
		err = d.flush(f)
	}
	return errors.Join(err, f.Close())
}

// remove deletes a file, durably. One that is not there is no error.
func (d disk) remove(path string) error {
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return explained(err)
	}
	return explained(d.syncDir(filepath.Dir(path)))
}

// removeLeftovers deletes temporary files that a crash left in a folder. Those
// that a process may still write to are younger than [leftoverAge].
func removeLeftovers(dir string, names []string, now time.Time) []string {
	var gone []string
	for _, name := range names {
		if !strings.HasPrefix(name, tempPrefix) {
			continue
		}
		fi, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || !fi.Mode().IsRegular() || now.Sub(fi.ModTime()) < leftoverAge {
			continue
		}
		if os.Remove(filepath.Join(dir, name)) == nil {
			gone = append(gone, name)
		}
	}
	return gone
}

// namesIn lists a folder, in no order.
func namesIn(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // only read from
	return d.Readdirnames(-1)
}
