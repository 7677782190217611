package auth

import (
	"net"
	"testing"
)

// For each connection too many the oldest is closed, but not one that the
// browser is known by.
func TestCrowdIsBounded(t *testing.T) {
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{Listener: l}
	defer func() { _ = c.Close() }()
	const n = maxOpen + 20
	guests := make([]*guest, n)
	for i := range n {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		accepted, err := c.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = accepted.Close() }()
		guests[i] = accepted.(*guest)
		if i == 3 {
			guests[i].known.Store(true)
		}
		if len(c.open) > maxOpen {
			t.Fatalf("%d connections are open", len(c.open))
		}
	}
	for i, g := range guests {
		_, err := g.Write([]byte("x"))
		if closed := err != nil; closed != (i <= 20 && i != 3) {
			t.Errorf("connection %d of %d: closed is %v", i, n, closed)
		}
	}
	_ = guests[n-1].Close()
	if len(c.open) != maxOpen-1 {
		t.Errorf("%d are open after one left", len(c.open))
	}
}
