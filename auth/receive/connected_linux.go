package receive

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// connectedAt is since when a connection is open: it may have waited for its
// Accept. The kernel knows when the other end was last heard of (tcp(7), TCP_INFO).
func connectedAt(conn net.Conn) time.Time {
	now := time.Now()
	c, ok := conn.(syscall.Conn)
	if !ok {
		return now
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return now
	}
	var silent time.Duration
	_ = raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			silent = time.Duration(info.Last_ack_recv) * time.Millisecond
		}
	})
	return now.Add(-min(silent, maxSilence))
}
