//go:build !windows

package vault

import "syscall"

func badDisks() map[error]error {
	return map[error]error{ErrDiskFull: syscall.ENOSPC, ErrReadOnly: syscall.EROFS}
}
