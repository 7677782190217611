package durable

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Open opens a file that others may replace meanwhile, such as by [Replace]: it is the
// old file or the new one. flag is that of [os.OpenFile], and makes no file.
func Open(path string, flag int) (f *os.File, err error) {
	err = patiently(func() error {
		f, err = os.OpenFile(path, flag, 0)
		return err
	})
	return f, err
}

// Rename renames a file over another.
func Rename(from, to string) error {
	return patiently(func() error { return os.Rename(from, to) })
}

// sharingViolation is Windows' ERROR_SHARING_VIOLATION.
const sharingViolation = syscall.Errno(32)

// Waits of [patiently]: the longest between two tries, and all of them together. Many
// short ones find the moment between two readers.
const (
	longestWait = 16 * time.Millisecond
	patience    = 2 * time.Second
)

// patiently tries again while Windows refuses: for a moment, nobody can open a file that
// is being renamed, nor rename or remove one that a reader or a virus scanner has open.
func patiently(try func() error) error {
	wait := time.Millisecond
	for waited := time.Duration(0); ; waited += wait {
		err := try()
		busy := runtime.GOOS == "windows" && (errors.Is(err, sharingViolation) || errors.Is(err, fs.ErrPermission))
		if !busy || waited >= patience {
			return err
		}
		wait = min(2*wait, longestWait)
		<-time.After(wait)
	}
}
