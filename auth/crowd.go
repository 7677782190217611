package auth

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxOpen bounds the open connections of one listener. It is far below the
	// 1,024 files that a process may have on many systems.
	maxOpen = 256
	// sureOpen is how long a connection stays at least: the browser's request
	// is read long before it ends, whoever else connects. With maxOpen it
	// bounds how long one waits in the system's queue of 4,096: 0.8 s.
	sureOpen = 50 * time.Millisecond
)

// crowd is a listener that a stranger's connections do not fill: for each new
// one beyond [maxOpen] the oldest is closed. All come from this computer, so
// that nothing else tells the browser from a stranger before its request.
type crowd struct {
	net.Listener

	mu   sync.Mutex
	open []*guest // the oldest first
}

// guest is a connection of a crowd.
type guest struct {
	net.Conn
	of    *crowd
	since time.Time
	known atomic.Bool // it had the state: others are closed before it
}

// Accept waits for the next connection and makes room for it.
func (c *crowd) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	for {
		oldest := c.oldest()
		if oldest == nil {
			break
		}
		if wait := time.Until(oldest.since.Add(sureOpen)); wait > 0 {
			<-time.After(wait)
			continue // it may have gone by itself
		}
		_ = oldest.Close()
	}
	g := &guest{Conn: conn, of: c, since: time.Now()}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = append(c.open, g)
	return g, nil
}

// oldest is who has to go for the next one; nil where there is room.
func (c *crowd) oldest() *guest {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) < maxOpen {
		return nil
	}
	i := slices.IndexFunc(c.open, func(g *guest) bool { return !g.known.Load() })
	return c.open[max(i, 0)]
}

// Close closes the connection and leaves the crowd.
func (g *guest) Close() error {
	g.of.mu.Lock()
	g.of.open = slices.DeleteFunc(g.of.open, func(o *guest) bool { return o == g })
	g.of.mu.Unlock()
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

// know notes that the connection of r is the browser's: it had what only the
// browser was given.
func know(r *http.Request) {
	if g, ok := r.Context().Value(guestKey{}).(*guest); ok {
		g.known.Store(true)
	}
}
