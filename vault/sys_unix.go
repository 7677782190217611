//go:build !windows

package vault

import (
	"errors"
	"io/fs"
	"syscall"
)

// noFollow makes open refuse a symbolic link and not wait for a FIFO's writer.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// isDiskFull reports whether the system had no room: a full disk, a quota, a
// limit on the size of files.
func isDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// isReadOnly reports whether the system refused to write.
func isReadOnly(err error) bool {
	return errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission)
}

// isSymlink reports whether [noFollow] met a symbolic link.
func isSymlink(err error) bool { return errors.Is(err, syscall.ELOOP) }

// tooOpen reports whether anyone but the owner may use the folder.
func tooOpen(m fs.FileMode) bool { return m.Perm()&0o077 != 0 }

// ownerOf is the user that a file belongs to.
func ownerOf(fi fs.FileInfo) (uid int, known bool) {
	st, known := fi.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return int(st.Uid), true
}
