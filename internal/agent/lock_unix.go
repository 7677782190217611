//go:build unix

package agent

import (
	"os"
	"syscall"
)

// lockFlags open the lock's file, and refuse a link to another one.
const lockFlags = os.O_CREATE | os.O_RDWR | syscall.O_NOFOLLOW
