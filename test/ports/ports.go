// Package ports finds ports for tests that must name one before they listen.
package ports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// From these a port is taken. The system gives ports to clients, and to those
// who listen on port 0, from 32768 on (Linux) or 49152 on (RFC 6335, section
// 6), so that none of them comes between Free and the one who listens.
const (
	lowest  = 20000
	highest = 32767
)

// Free returns the number of a port that nobody listens on at 127.0.0.1. Until the
// test ends, Free gives it to no other test, in this process or another: who has the
// UDP port of that number has been given the TCP port.
func Free(t testing.TB) string {
	t.Helper()
	var err error
	for range 100 {
		at := net.JoinHostPort("127.0.0.1", strconv.Itoa(lowest+rand.IntN(highest-lowest+1)))
		if err = take(t, at); err == nil {
			_, port, _ := net.SplitHostPort(at)
			return port
		}
	}
	t.Fatalf("no free port: %v", err)
	return ""
}

// take reserves an address for the test if nobody listens there. It asks by a
// connection: a listener of its own would live on after its end, in each process that
// another test forks meanwhile, until that one runs its program.
func take(t testing.TB, at string) error {
	reserved, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", at)
	if err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", at)
	if err == nil {
		_, _ = conn.Close(), reserved.Close()
		return fmt.Errorf("%s: somebody listens", at)
	}
	t.Cleanup(func() { _ = reserved.Close() })
	return nil
}

// Listen listens at an address where a server of this test listened before. If a
// process that is just being forked still holds that listener, Listen waits until it
// runs its program.
func Listen(t testing.TB, at string) net.Listener {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", at)
		if err == nil {
			return l
		}
		if !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(until) {
			t.Fatal(err)
		}
	}
}
