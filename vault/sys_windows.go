package vault

import (
	"errors"
	"io/fs"
	"syscall"
)

// noFollow has no counterpart here; [readFile] looks before it opens.
const noFollow = 0

const (
	errWriteProtect   = syscall.Errno(19)
	errHandleDiskFull = syscall.Errno(39)
	errDiskFull       = syscall.Errno(112)
	errDiskQuota      = syscall.Errno(1295)
)

func isDiskFull(err error) bool {
	return errors.Is(err, errDiskFull) || errors.Is(err, errHandleDiskFull) || errors.Is(err, errDiskQuota)
}

func isReadOnly(err error) bool {
	return errors.Is(err, errWriteProtect) || errors.Is(err, fs.ErrPermission)
}

func isSymlink(error) bool { return false }

// tooOpen is always false: a user's profile is closed to others by its ACL.
func tooOpen(fs.FileMode) bool { return false }

// ownerOf is never known: files of a user's profile are closed to others by its
// ACL.
func ownerOf(fs.FileInfo) (uid int, known bool) { return 0, false }
