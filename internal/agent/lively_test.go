package agent

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
)

// oneConn is a listener that has one connection.
type oneConn struct {
	conns chan net.Conn
	end   chan struct{}
}

func (l oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.end:
		return nil, net.ErrClosed
	}
}

func (l oneConn) Close() error { return nil }

func (l oneConn) Addr() net.Addr { return &net.UnixAddr{Name: "test", Net: "unix"} }

// A client that asks for signs of life and reads none of them holds nobody up.
func TestSignsThatNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		l := oneConn{make(chan net.Conn, 1), make(chan struct{})}
		l.conns <- ours
		done := make(chan time.Duration, 1)
		s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun := time.Now()
			stop := lively(w, r)
			<-time.After(time.Second) // there are signs by now
			stop()
			done <- time.Since(begun)
		})}
		go func() { _ = s.Serve(l) }()
		request := "POST /v1/token HTTP/1.1\r\nHost: agent\r\nContent-Length: 0\r\n" + agentclient.HeaderProgress + ": 1\r\n\r\n"
		if _, err := io.WriteString(theirs, request); err != nil {
			t.Fatal(err)
		}
		if took := <-done; took > time.Minute {
			t.Errorf("it ended after %v", took)
		}
		close(l.end)
		_ = theirs.Close()
		_ = s.Close()
	})
}
