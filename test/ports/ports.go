// Package ports finds ports for tests that must name one before they listen.
package ports

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// From these a port is taken. The system gives ports to clients, and to those
// who listen on port 0, from 32768 on (Linux) or 49152 on (RFC 6335, section
// 6), so that none of them comes between Free and the one who listens.
const (
	lowest  = 20000
	highest = 32767
)

// Free returns the number of a port that nobody listens on at 127.0.0.1.
func Free(t testing.TB) string {
	t.Helper()
	var err error
	for range 100 {
		at := strconv.Itoa(lowest + rand.IntN(highest-lowest+1))
		var l net.Listener
		if l, err = new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+at); err == nil {
			_ = l.Close()
			return at
		}
	}
	t.Fatalf("no free port: %v", err)
	return ""
}
