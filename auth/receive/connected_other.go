//go:build !linux

package receive

import (
	"net"
	"time"
)

// connectedAt is since when a connection is open, as far as it is known here.
func connectedAt(net.Conn) time.Time { return time.Now() }
