//go:build unix

package doctor

import (
	"io/fs"
	"os"
	"syscall"
)

// The modes of access(2).
const (
	mayWrite = 2
	mayEnter = 1
)

// writable reports why files cannot be made in a folder, without making one.
func writable(dir string) error {
	if err := syscall.Access(dir, mayWrite|mayEnter); err != nil {
		return &os.PathError{Op: "access", Path: dir, Err: err}
	}
	return nil
}

// othersRead reports whether anyone but the owner may use a file or folder.
func othersRead(m fs.FileMode) bool { return m.Type() != fs.ModeSymlink && m.Perm()&0o077 != 0 }
