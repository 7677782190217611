package ports

import (
	"net"
	"strconv"
	"testing"
)

// A port of a client, or of who asks for any, is never one of these.
func TestFreeIsOutOfTheSystemsRange(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if given := l.Addr().(*net.TCPAddr).Port; given <= highest {
		t.Errorf("the system gave port %d, which Free may give too", given)
	}
	got, err := strconv.Atoi(Free(t))
	if err != nil || got < lowest || got > highest {
		t.Errorf("Free is %d, %v", got, err)
	}
}
