//go:build linux || windows

package agent

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/internal/peer"
)

// Who asks nothing makes room for the next, one for one.
func TestWhoAsksNothingMakesRoom(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "half a request": "POST /v1/token HTTP/1.1\r\nHost:",
		"half a body": "POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			socket := serve(t, &house{}, nil)
			var held []net.Conn
			for range maxGuests {
				c, err := dial(t.Context(), socket)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close() }()
				if _, err := io.WriteString(c, text); err != nil {
					t.Fatal(err)
				}
				held = append(held, c)
			}
			if got := raw(t, socket, "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"); !strings.Contains(got, "200") {
				t.Errorf("%q", got)
			}
			ended := 0
			for _, c := range held {
				_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
				var late net.Error // a pipe has an error of its own for it
				if _, err := c.Read(make([]byte, 1)); !errors.As(err, &late) || !late.Timeout() {
					ended++
				}
			}
			if ended != 1 {
				t.Errorf("%d connections ended for one guest", ended)
			}
		})
	}
}

// Who cannot be looked at, as on a file system that hangs, is turned away in the end, and
// nobody else waits for that.
func TestWhoCannotBeLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung, theirs := net.Pipe()
		next, sends := net.Pipe()
		hang := make(chan struct{})
		d := newDoor(&these{hung, next})
		d.of = func(c net.Conn) (peer.Process, error) {
			if c == hung {
				<-hang
			}
			return peer.Self()
		}
		var came [2]net.Conn
		for i := range came {
			var err error
			if came[i], err = d.Accept(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = came[i].Close() }()
		}
		go func() { _, _ = io.WriteString(sends, "x") }()
		if n, err := came[1].Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if _, err := came[0].Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		if _, err := theirs.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Error("it is not turned away:", err)
		}
		close(hang)
	})
}

// these are connections that come.
type these []net.Conn

func (l *these) Accept() (net.Conn, error) {
	c := (*l)[0]
	*l = (*l)[1:]
	return c, nil
}
func (*these) Close() error   { return nil }
func (*these) Addr() net.Addr { return nil }

// Who waits for an answer stays, however long that takes.
func TestWhoAskedStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(nil)
		come := func() *guest {
			ours, theirs := net.Pipe()
			t.Cleanup(func() { _ = theirs.Close() })
			return newGuest(ours, d)
		}
		var inside []*guest
		for range maxGuests {
			g := come()
			d.enter(g)
			g.asks()
			inside = append(inside, g)
		}
		entered := make(chan bool, 2)
		go func() { entered <- d.enter(come()) }()
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(entered) > 0 {
			t.Fatal("it took the place of one who waits for an answer")
		}
		inside[7].idles()
		if !<-entered {
			t.Error("it was sent away")
		}
		if _, err := inside[7].Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("who has its answer, and asks no more: %v", err)
		}
		// Who leaves makes room at once, and nobody waits at a closed door.
		go func() { entered <- d.enter(come()) }()
		synctest.Wait()
		_ = inside[3].Close()
		<-entered
		d.close()
		if d.enter(come()) {
			t.Error("the closed door let one in")
		}
	})
}
