//go:build unix

package app

import "syscall"

// keepOwnersRights takes those bits out of the process's umask that would close
// our own files and folders to ourselves. What others may do is said by the mode
// of each file, and the person's umask stays as it is for that.
func keepOwnersRights() {
	old := syscall.Umask(0o077) // there is no other way to ask
	syscall.Umask(old &^ 0o700)
}
