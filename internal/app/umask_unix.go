//go:build unix

package app

import "syscall"

// keepOwnersRights removes the bits from the process's umask that would close our
// own files and folders to us. The mode of each file says what others may do, and
// the person's umask stays as it is for that.
func keepOwnersRights() {
	old := syscall.Umask(0o077) // there is no other way to ask
	syscall.Umask(old &^ 0o700)
}
