package receive

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipeListener accepts the connections that it is given, without a network, so
// that time is the test's own.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.done); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// Whoever does not finish a request is let go, wherever it stops.
func TestUnfinishedRequestsAreLetGo(t *testing.T) {
	for name, c := range map[string]struct {
		sent  string
		after time.Duration
	}{
		"nothing":       {"", 5 * time.Second},
		"half a header": {"GET /callback?code=", 5 * time.Second},
		"half a body":   {"POST /callback HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 9\r\n\r\ncode", 10 * time.Second},
		"and no more":   {"GET /callback HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newServer(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					w.WriteHeader(http.StatusNoContent)
				}, pageWait, slog.New(slog.DiscardHandler))
				l := &pipeListener{make(chan net.Conn), make(chan struct{})}
				go func() { _ = server.Serve(l) }()
				guest, host := net.Pipe()
				l.conns <- host
				begun := time.Now()
				go func() { _, _ = io.WriteString(guest, c.sent) }()
				_, _ = io.Copy(io.Discard, guest) // until it is closed
				if got := time.Since(begun); got != c.after {
					t.Errorf("let go after %v, want %v", got, c.after)
				}
				_ = server.Close()
			})
		})
	}
}
