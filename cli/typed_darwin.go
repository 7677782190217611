package cli

import "golang.org/x/sys/unix"

// flush drops what was typed on a terminal and not read yet, half a line too
// (TIOCFLUSH of tty(4), for FREAD).
func flush(fd uintptr) {
	const read = 1                                             // FREAD of sys/fcntl.h
	_ = unix.IoctlSetPointerInt(int(fd), unix.TIOCFLUSH, read) // no terminal has nothing to drop
}
