package vault

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// noFollow has no counterpart here; [readFile] looks before it opens.
const noFollow = 0

const (
	errWriteProtect     = syscall.Errno(19)
	errSharingViolation = syscall.Errno(32)
	errHandleDiskFull   = syscall.Errno(39)
	errDiskFull         = syscall.Errno(112)
	errDiskQuota        = syscall.Errno(1295)
)

func isDiskFull(err error) bool {
	return errors.Is(err, errDiskFull) || errors.Is(err, errHandleDiskFull) || errors.Is(err, errDiskQuota)
}

func isReadOnly(err error) bool {
	return errors.Is(err, errWriteProtect) || errors.Is(err, fs.ErrPermission)
}

func isSymlink(error) bool { return false }

// syncDir does nothing: NTFS journals renames and folders cannot be flushed.
func (disk) syncDir(string) error { return nil }

// tooOpen is always false: a user's profile is closed to others by its ACL.
func tooOpen(fs.FileMode) bool { return false }

// ownerOf is never known: files of a user's profile are closed to others by its
// ACL.
func ownerOf(fs.FileInfo) (uid int, known bool) { return 0, false }

// replace renames a file over another. A reader or a virus scanner that has
// the other open makes Windows refuse for a moment.
func replace(from, to string) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := os.Rename(from, to)
		busy := errors.Is(err, errSharingViolation) || errors.Is(err, fs.ErrPermission)
		if !busy || wait > time.Second {
			return err
		}
		<-time.After(wait)
	}
}
