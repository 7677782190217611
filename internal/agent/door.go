package agent

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/claviger/claviger/internal/peer"
)

// maxGuests is how many connections are open at once; the others wait in the kernel.
const maxGuests = 256

// unasked is how long a client may leave the agent waiting for a request while others
// wait at a full door.
const unasked = 250 * time.Millisecond

// door lets in this user's processes, and knows who each is. If it is full, who asks
// nothing makes room for the next.
type door struct {
	net.Listener
	// left has a value if there may be room again.
	left   chan struct{}
	closed chan struct{}
	close  func()

	mu     sync.Mutex
	guests map[*guest]struct{}
}

func newDoor(l net.Listener) *door {
	closed := make(chan struct{})
	return &door{
		Listener: l, left: make(chan struct{}, 1), closed: closed, close: sync.OnceFunc(func() { close(closed) }),
		guests: map[*guest]struct{}{},
	}
}

// guest is a connection, and the process at its other end.
type guest struct {
	net.Conn
	who  peer.Process
	door *door
	// asking is whether its request is here and has no answer yet, and since when it is
	// waited for if it is not; zero if nobody looked yet.
	asking bool
	since  time.Time
}

// Accept returns the next connection of this user. Those of others are closed without
// a word.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			if !tooManyFiles(err) {
				return nil, err
			}
			// Connections that end make room; http.Server waits and tries again.
			return nil, &busyError{err}
		}
		who, err := peer.Of(c)
		if err != nil || who.UID != os.Getuid() {
			_ = c.Close() // it was not used
			continue
		}
		g := &guest{Conn: c, who: who, door: d}
		if !d.enter(g) {
			_ = c.Close() // the same
			return nil, net.ErrClosed
		}
		return g, nil
	}
}

// Close ends listening, and the wait for room.
func (d *door) Close() error {
	d.close()
	return d.Listener.Close()
}

// enter waits until there is room for a guest; it is false if the door closes first.
func (d *door) enter(g *guest) bool {
	for {
		wait := d.tryEnter(g)
		if wait <= 0 {
			return true
		}
		select {
		case <-d.closed:
			return false
		case <-d.left:
		case <-time.After(wait):
		}
	}
}

// tryEnter lets a guest in, or says how long to wait before the next try.
func (d *door) tryEnter(g *guest) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.guests) >= maxGuests {
		last, wait := d.idlest()
		if wait > 0 {
			return wait
		}
		delete(d.guests, last)
		_ = last.Conn.Close() // it asked nothing
	}
	d.guests[g] = struct{}{}
	return 0
}

// idlest is the guest whose request is waited for longest, and how much longer it may stay.
func (d *door) idlest() (last *guest, wait time.Duration) {
	now := time.Now()
	wait = unasked
	for g := range d.guests {
		if !g.asking && !g.since.IsZero() && (last == nil || g.since.Before(last.since)) {
			last, wait = g, unasked-now.Sub(g.since)
		}
	}
	return last, wait
}

// Read reads what the guest sends.
func (g *guest) Read(b []byte) (int, error) {
	g.change(func() {
		if g.since.IsZero() {
			g.since = time.Now()
		}
	})
	return g.Conn.Read(b)
}

// asks says that the guest's whole request is here.
func (g *guest) asks() { g.change(func() { g.asking = true }) }

// idles says that it has its answer.
func (g *guest) idles() { g.change(func() { g.asking, g.since = false, time.Now() }) }

func (g *guest) change(f func()) {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	f()
}

// Close ends the connection and makes room for the next.
func (g *guest) Close() error {
	g.change(func() { delete(g.door.guests, g) })
	select {
	case g.door.left <- struct{}{}:
	default:
	}
	return g.Conn.Close()
}

// busyError is an error of Accept that passes.
type busyError struct{ error }

func (*busyError) Timeout() bool   { return false }
func (*busyError) Temporary() bool { return true }

func tooManyFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// Time limits of a connection.
const (
	headerTime = 5 * time.Second
	bodyTime   = 10 * time.Second
	idleTime   = 30 * time.Second
	// answerTime is how long a client may leave what was written to it unread.
	answerTime = 10 * time.Second
)
