//go:build bench

package bench

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// meter is a server in front of a provider that knows how much of a process's
// time was the provider's: from the first byte of each request to the last byte
// of its answer. Requests that overlap are counted once, as whoever waits for
// all of them does.
type meter struct {
	URL string

	mu          sync.Mutex
	exchanges   []exchange
	connections int
}

// exchange is one request and its answer.
type exchange struct{ first, last time.Time }

// newMeter lets p be reached through a meter alone. It must come before the
// first request, which learns p's address.
func newMeter(b *testing.B, p *authtest.Provider) *meter {
	b.Helper()
	m := &meter{}
	through := p.Transport()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := through.RoundTrip(r)
		if err != nil {
			http.Error(w, "bad gateway", http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body) // to a process that may be gone
	}))
	server.Listener = measuredListener{server.Listener, m}
	m.URL = "http://" + server.Listener.Addr().String()
	p.URL = m.URL
	server.Start()
	b.Cleanup(server.Close)
	return m
}

// reset forgets what was measured.
func (m *meter) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.exchanges, m.connections = nil, 0
}

// share is the provider's time since the last reset, and the requests and
// connections that it was for.
func (m *meter) share() (took time.Duration, requests, connections int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Clone(m.exchanges)
	slices.SortFunc(all, func(x, y exchange) int { return x.first.Compare(y.first) })
	var end time.Time
	for _, e := range all {
		if e.first.Before(end) {
			e.first = end
		}
		if e.last.After(e.first) {
			took += e.last.Sub(e.first)
			end = e.last
		}
	}
	return took, len(all), m.connections
}

// connect is how long it takes to connect to the provider, which is part of
// what a process takes by itself.
func (m *meter) connect(b *testing.B) time.Duration {
	b.Helper()
	begun := time.Now()
	conn, err := new(net.Dialer).DialContext(b.Context(), "tcp", m.URL[len("http://"):])
	took := time.Since(begun)
	if err != nil {
		b.Fatal(err)
	}
	_ = conn.Close() // nothing was sent
	return took
}

// measuredListener measures its connections.
type measuredListener struct {
	net.Listener
	m *meter
}

// Accept implements [net.Listener].
func (l measuredListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	l.m.connections++
	return &measuredConn{Conn: c, m: l.m, at: -1}, nil
}

// measuredConn notes when requests come and answers go. It is HTTP/1.1 without
// pipelining: what is read after something was written is the next request.
type measuredConn struct {
	net.Conn
	m  *meter
	at int // of the exchange under way; -1 before the first
	// answered is whether the exchange has an answer.
	answered bool
}

// Read implements [net.Conn].
func (c *measuredConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		now := time.Now()
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		if c.at < 0 || c.answered {
			c.m.exchanges = append(c.m.exchanges, exchange{first: now})
			c.at, c.answered = len(c.m.exchanges)-1, false
		}
	}
	return n, err
}

// Write implements [net.Conn].
func (c *measuredConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	now := time.Now()
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	if c.at >= 0 && c.at < len(c.m.exchanges) {
		c.m.exchanges[c.at].last, c.answered = now, true
	}
	return n, err
}
