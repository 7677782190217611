package receive

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"
)

const (
	// maxLook is how much of a request is looked at for the end of its head. A
	// system takes in at least as much before anyone reads.
	maxLook = 32 << 10
	// maxSpared is how often a connection is spared for what it has sent.
	maxSpared = 500
)

// guest is a connection of a crowd. All but Conn and of is guarded by its mutex.
type guest struct {
	net.Conn
	of *crowd

	until  time.Time // it stays until then at least
	served bool      // the server has it
	known  bool      // it had what only the browser was given
	spared int
}

// stage is how far a request has come.
type stage int

const (
	stageNone stage = iota // or it is not known
	stageBegun
	stageLong  // too long to look at: the server has to read it
	stageWhole // its head is
	stageNever // the other end is closed, or did not begin with a method, as TLS does
)

// stageOf judges what came over a connection and was not read (RFC 9112 §2.1).
func stageOf(came []byte, open bool) stage {
	switch {
	case len(came) == 0 && open:
		return stageNone
	case len(came) == 0 || came[0] < 'A' || came[0] > 'Z':
		return stageNever
	}
	for _, end := range []string{"\r\n\r\n", "\n\n", "\n\r\n"} {
		if bytes.Contains(came, []byte(end)) {
			return stageWhole
		}
	}
	if len(came) == maxLook {
		return stageLong
	}
	return stageBegun
}

// look judges what came over the connection and was not read.
func (g *guest) look(fd uintptr) stage {
	buffer, ok := g.of.heads.Get().(*[]byte)
	if !ok {
		return stageNone
	}
	defer g.of.heads.Put(buffer)
	return stageOf(peek(fd, *buffer))
}

// wait waits for a request and gives the connection to the server.
func (g *guest) wait() {
	_ = g.SetReadDeadline(time.Now().Add(maxSilence))
	sure := sureServed
	switch g.arrival() {
	case stageWhole:
	case stageLong, stageNone:
		sure = sureRest
	default:
		_ = g.Close()
		return
	}
	_ = g.SetReadDeadline(time.Time{}) // the server has limits of its own
	g.stay(sure)
	if !g.of.hand(arrival{guest: g}) {
		_ = g.Close()
	}
}

// arrival waits until the server can have the connection, or nobody. If the
// system does not let it look, the server has to find out.
func (g *guest) arrival() stage {
	raw := rawOf(g.Conn)
	if raw == nil {
		return stageNone
	}
	s := stageNone
	err := raw.Read(func(fd uintptr) bool {
		s = g.look(fd)
		return s > stageBegun
	})
	if err != nil {
		return stageNever
	}
	return s
}

// spare reports whether g has sent what the server has not got to, and then lets
// it stay a little. Its crowd is locked.
func (g *guest) spare() bool {
	raw := rawOf(g.Conn)
	if raw == nil || g.spared == maxSpared {
		return false
	}
	s := stageNone
	if raw.Control(func(fd uintptr) { s = g.look(fd) }) != nil {
		return false
	}
	if s != stageWhole && (s == stageNone || !g.served) {
		return false
	}
	g.spared++
	g.until = time.Now().Add(sureSent)
	return true
}

// rawOf gives what can be looked into, or nil.
func rawOf(conn net.Conn) syscall.RawConn {
	if c, ok := conn.(syscall.Conn); ok && canPeek {
		if raw, err := c.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

// stay lets the connection, which is the server's from now on, stay for d at least.
func (g *guest) stay(d time.Duration) {
	g.of.mu.Lock()
	defer g.of.mu.Unlock()
	g.served = true
	if !g.known {
		g.until = time.Now().Add(d)
	}
}

// drop closes the connection to make room: one that the server has not got without
// the farewell that keeps the system busy with it for another minute (RFC 9293 §3.6).
func (g *guest) drop() {
	g.of.mu.Lock()
	served := g.served
	g.of.mu.Unlock()
	if c, ok := g.Conn.(interface{ SetLinger(seconds int) error }); ok && !served {
		_ = c.SetLinger(0)
	}
	_ = g.Close()
}

// Close closes the connection and leaves the crowd.
func (g *guest) Close() error {
	g.of.mu.Lock()
	g.of.open = slices.DeleteFunc(g.of.open, func(o *guest) bool { return o == g })
	g.of.mu.Unlock()
	select {
	case g.of.left <- struct{}{}:
	default: // it is known that one left
	}
	return g.Conn.Close()
}

// CloseWrite lets the server end an answer before it closes: one to a request
// that was not read to its end would be lost else.
func (g *guest) CloseWrite() error {
	if c, ok := g.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

type guestKey struct{}

// withGuest lets a request know its connection ([http.Server.ConnContext]).
func withGuest(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, conn)
}

// serveGuests has a connection stay while it is served. After the answer it goes
// if it must: the server may be waiting for the rest of a body.
func serveGuests(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		letStay(r, sureServed)
		handle(w, r)
		letStay(r, sureSent)
	}
}

// letStay lets the connection of r stay for d at least.
func letStay(r *http.Request, d time.Duration) {
	if g, ok := r.Context().Value(guestKey{}).(*guest); ok {
		g.stay(d)
	}
}

// know notes that the connection of r is the browser's: it had what only the
// browser was given.
func know(r *http.Request) {
	if g, ok := r.Context().Value(guestKey{}).(*guest); ok {
		g.stay(sureKnown)
		g.of.mu.Lock()
		defer g.of.mu.Unlock()
		g.known = true
	}
}
