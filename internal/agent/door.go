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
// wait at a full door. On a busy computer an honest one takes more than a quarter of a
// second from its connection to its request.
const unasked = time.Second

// door lets this user's processes in, and knows who each is. If it is full, who asks
// nothing makes room for the next.
type door struct {
	net.Listener
	// of says who is at the other end.
	of func(net.Conn) (peer.Process, error)
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
		Listener: l, of: peer.Of, left: make(chan struct{}, 1), closed: closed, close: sync.OnceFunc(func() { close(closed) }),
		guests: map[*guest]struct{}{},
	}
}

// guest is a connection, and the process at its other end.
type guest struct {
	net.Conn
	door *door
	// who and unknown may be read once looked is closed. That can take long: the file of
	// the program may be on a file system that hangs.
	who     peer.Process
	unknown error
	looked  chan struct{}
	// gone is closed with the connection.
	gone chan struct{}
	once sync.Once
	// asking is whether its request is here and has no answer yet, and since when it is
	// waited for if it is not; zero if nobody looked yet.
	asking bool
	since  time.Time
}

// Accept returns the next connection. Who is at its other end is found out at once, and
// nobody else waits for that.
func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		if !tooManyFiles(err) {
			return nil, err
		}
		// Connections that end make room; http.Server waits and tries again.
		return nil, &busyError{err}
	}
	g := newGuest(c, d)
	go g.look()
	if !d.enter(g) {
		_ = c.Close() // it was not used
		return nil, net.ErrClosed
	}
	return g, nil
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

func newGuest(c net.Conn, d *door) *guest {
	return &guest{Conn: c, door: d, looked: make(chan struct{}), gone: make(chan struct{})}
}

// look finds out who the guest is.
func (g *guest) look() {
	defer close(g.looked)
	g.who, g.unknown = g.door.of(g.Conn)
}

// known waits until it is known who the guest is. One of another user is turned away
// without a word.
func (g *guest) known() error {
	select {
	case <-g.looked:
	case <-g.gone:
		return net.ErrClosed
	case <-time.After(headerTime):
		return os.ErrDeadlineExceeded
	}
	if g.unknown == nil && g.who.UID != os.Getuid() {
		return peer.ErrUnknown
	}
	return g.unknown
}

// Read reads what the guest sends.
func (g *guest) Read(b []byte) (int, error) {
	if err := g.known(); err != nil {
		_ = g.Conn.Close() // before the server says why
		return 0, err
	}
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
	g.once.Do(func() { close(g.gone) })
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
