package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Disk is where bytes go; the zero value is the system's. Tests put a full or a dying
// one in its place.
type Disk struct {
	// Write writes all of data to f; nil is f.Write.
	Write func(f *os.File, data []byte) error
	// Sync makes a file's content, or a folder's names, durable; nil is f.Sync.
	Sync func(f *os.File) error
	// Between is called between write and rename; nil does nothing.
	Between func(path string)
}

// Replace writes data to the file at path, in place of any that is there, by way of
// temp in the same folder. When it returns, the file is on the disk. publish, if not
// nil, wraps the rename. Errors are those of package os and of publish.
func (d Disk) Replace(path, temp string, data []byte, publish func(rename func() error) error) error {
	err := d.put(temp, func(f *os.File) error { return d.write(f, data) }, func() error {
		if d.Between != nil {
			d.Between(path)
		}
		rename := func() error { return Rename(temp, path) }
		if publish != nil {
			return publish(rename)
		}
		return rename()
	})
	if err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// put makes a file of what fill writes, flushes it and has it published. What is not
// published is removed; if that fails too, it is a leftover.
func (d Disk) put(temp string, fill func(*os.File) error, publish func() error) error {
	// O_EXCL follows no link that lies there (POSIX open).
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err = d.finish(f, fill(f)); err == nil {
		err = publish()
	}
	if err != nil {
		_ = os.Remove(temp)
	}
	return err
}

// Fill writes a new file, flushes it and closes it.
func (d Disk) Fill(f *os.File, data []byte) error { return d.finish(f, d.write(f, data)) }

func (d Disk) write(f *os.File, data []byte) error {
	if d.Write != nil {
		return d.Write(f, data)
	}
	_, err := f.Write(data)
	return err
}

// finish flushes and closes a file that was written with err.
func (d Disk) finish(f *os.File, err error) error {
	if err == nil {
		err = d.flush(f)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (d Disk) flush(f *os.File) error {
	if d.Sync != nil {
		return d.Sync(f)
	}
	return f.Sync()
}

// SyncDir makes the names in a folder durable, such as that of a file that was renamed.
// On Windows it does nothing: NTFS journals renames, and folders cannot be flushed.
func (d Disk) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return d.finish(f, nil)
}

// Remove deletes a file, durably. One that is not there is no error.
func (d Disk) Remove(path string) error {
	if err := patiently(func() error { return os.Remove(path) }); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// leftoverAge is how long a temporary file must be unchanged before it counts as
// left by a process that is gone: writing one takes less, even on a network disk.
const leftoverAge = 10 * time.Minute

// Leftovers are those of the names in a folder that are temporary and that a crash left.
func Leftovers(dir string, names []string, temporary func(name string) bool, now time.Time) []string {
	var left []string
	for _, name := range names {
		if !temporary(name) {
			continue
		}
		fi, err := os.Lstat(filepath.Join(dir, name))
		if err == nil && fi.Mode().IsRegular() && now.Sub(fi.ModTime()) >= leftoverAge {
			left = append(left, name)
		}
	}
	return left
}

// RemoveLeftovers removes [Leftovers] and returns which. It does not matter if it fails.
func RemoveLeftovers(dir string, names []string, temporary func(name string) bool, now time.Time) []string {
	var gone []string
	for _, name := range Leftovers(dir, names, temporary, now) {
		if os.Remove(filepath.Join(dir, name)) == nil { // it fails for another user's
			gone = append(gone, name)
		}
	}
	return gone
}

// NamesIn lists a folder, in no order.
func NamesIn(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // only read from
	return d.Readdirnames(-1)
}
