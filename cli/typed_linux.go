package cli

import "golang.org/x/sys/unix"

// flush drops what was typed on a terminal and not read yet, half a line too
// (TCIFLUSH of tcflush(3)).
func flush(fd uintptr) {
	_ = unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCIFLUSH) // no terminal has nothing to drop
}
