//go:build unix

package receive

import (
	"errors"

	"golang.org/x/sys/unix"
)

// canPeek says whether what came over a connection can be seen without taking it.
const canPeek = true

// peek looks at what came over a connection, and leaves it there. It reports false
// if nothing will come any more.
func peek(fd uintptr, buffer []byte) (came []byte, open bool) {
	n, _, err := unix.Recvfrom(int(fd), buffer, unix.MSG_PEEK)
	switch {
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		return nil, true
	case err != nil:
		return nil, false
	}
	return buffer[:n], n > 0
}
