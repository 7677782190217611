package receive

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// newTestCrowd is a crowd on a free port, and what opens connections to it.
func newTestCrowd(t *testing.T) (c *crowd, open func(sent string) net.Conn) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c = newCrowd(l)
	t.Cleanup(func() { _ = c.Close() })
	return c, func(sent string) net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(err)
		}
		return conn
	}
}

// serveTestCrowd answers what asks, from now on.
func serveTestCrowd(t *testing.T, c *crowd, handle http.HandlerFunc) {
	t.Helper()
	s := &http.Server{Handler: serveGuests(handle), ConnContext: withGuest}
	t.Cleanup(func() { _ = s.Close() })
	go func() { _ = s.Serve(c) }()
}

// readAll reads what came over a connection until it is closed.
func readAll(conn net.Conn) string {
	data, _ := io.ReadAll(conn)
	return string(data)
}

const (
	testAsk    = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
	testAskEnd = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
)

// Of more connections than there is room for, those go that have not asked. One that has asked gets its answer, however late the server comes.
func TestCrowdClosesWhoHasNotAsked(t *testing.T) {
	if !canPeek {
		t.Skip("a connection cannot be looked into here")
	}
	for name, begun := range map[string]string{"silent": "", "begun": "GET /callback?state="} {
		t.Run(name, func(t *testing.T) {
			c, open := newTestCrowd(t)
			asked := open(testAskEnd)
			const more = 20
			closed := make(chan struct{}, maxOpen+more)
			for range maxOpen + more {
				stranger := open(begun)
				go func() {
					_ = readAll(stranger)
					closed <- struct{}{}
				}()
			}
			for range more + 1 {
				<-closed
			}
			c.mu.Lock()
			if len(c.open) > maxOpen {
				t.Errorf("%d connections are open", len(c.open))
			}
			c.mu.Unlock()
			serveTestCrowd(t, c, func(http.ResponseWriter, *http.Request) {})
			if got := readAll(asked); !strings.HasPrefix(got, "HTTP/1.1 200") {
				t.Errorf("who asked got %q", got)
			}
		})
	}
}

// The server is not kept by a connection in the middle of a request.
func TestCrowdHandsOutWholeRequests(t *testing.T) {
	if !canPeek {
		t.Skip("a connection cannot be looked into here")
	}
	c, open := newTestCrowd(t)
	slow := open(testAskEnd[:30])
	quick := open(testAsk)
	_, _ = open("\x16\x03\x01"), open("") // TLS, and one that has not asked
	got, err := c.Accept()
	if err != nil || got.RemoteAddr().String() != quick.LocalAddr().String() {
		t.Fatalf("accepted %v, %v", got, err)
	}
	if _, err := io.WriteString(slow, testAskEnd[30:]); err != nil {
		t.Fatal(err)
	}
	got, err = c.Accept()
	if err != nil || got.RemoteAddr().String() != slow.LocalAddr().String() {
		t.Errorf("accepted %v, %v", got, err)
	}
}

// TLS gets no answer, and a browser that tries it first goes on at once.
func TestCrowdClosesTLS(t *testing.T) {
	if !canPeek {
		t.Skip("a connection cannot be looked into here: the server answers with 400")
	}
	_, open := newTestCrowd(t)
	if got := readAll(open("\x16\x03\x01\x02\x00\x01")); got != "" {
		t.Errorf("TLS got %q", got)
	}
}

// Connections that the server holds make room as well: after an answer, or with a
// body that does not come. The browser's own stays.
func TestCrowdClosesWhoWasServed(t *testing.T) {
	for name, ask := range map[string]string{
		"answered":  testAsk,
		"no body":   "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
		"long head": "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", maxLook),
	} {
		t.Run(name, func(t *testing.T) {
			c, open := newTestCrowd(t)
			serveTestCrowd(t, c, func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/known" {
					know(r)
				}
				letStay(r, sureRest)
				_, _ = io.Copy(io.Discard, r.Body)
			})
			known := open("GET /known HTTP/1.1\r\nHost: localhost\r\n\r\n")
			if _, err := known.Read(make([]byte, 12)); err != nil {
				t.Fatal(err)
			}
			for range 2 * maxOpen {
				open(ask)
			}
			if got := readAll(open(testAskEnd)); !strings.HasPrefix(got, "HTTP/1.1 200") {
				t.Errorf("the next one got %q", got)
			}
			if _, err := io.WriteString(known, testAskEnd); err != nil {
				t.Fatal(err)
			}
			if got := readAll(known); !strings.Contains(got, "HTTP/1.1 200") {
				t.Errorf("the browser's own got %q", got)
			}
		})
	}
}

// The end of a crowd ends who waits in it, and who waits for it.
func TestCrowdCloses(t *testing.T) {
	c, open := newTestCrowd(t)
	var waiting net.Conn
	if canPeek { // else each that comes is handed on, and none waits
		waiting = open("GET /")
	}
	asking := open(testAsk)
	conn, err := c.Accept()
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan error)
	go func() {
		_, err := c.Accept()
		accepted <- err
	}()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-accepted; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v", err)
	}
	if waiting != nil {
		_ = readAll(waiting)
	}
	_ = conn.Close()
	_ = readAll(asking)
	if len(c.open) != 0 {
		t.Errorf("%d are open after the end", len(c.open))
	}
}

// lateListener gives what is sent to it, even after its end, as a listener does
// whose end comes between the system's accept and ours.
type lateListener chan net.Conn

func (l lateListener) Accept() (net.Conn, error) {
	if conn, ok := <-l; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (lateListener) Close() error   { return nil }
func (lateListener) Addr() net.Addr { return &net.TCPAddr{} }

// silentConn is a connection that can be looked into, and over which nothing comes.
type silentConn struct{ net.Conn }

func (s silentConn) SyscallConn() (syscall.RawConn, error) { return silentRaw{s.Conn}, nil }

type silentRaw struct{ conn net.Conn }

func (silentRaw) Control(func(uintptr)) error     { return nil }
func (silentRaw) Write(func(uintptr) bool) error  { return nil }
func (s silentRaw) Read(func(uintptr) bool) error { _, err := s.conn.Read(make([]byte, 1)); return err }

// A connection that comes as the crowd ends is closed at once: a sign-in that is
// done waits for no stranger.
func TestCrowdEndsWhoComesAtTheEnd(t *testing.T) {
	if !canPeek {
		t.Skip("a connection cannot be looked into here")
	}
	synctest.Test(t, func(t *testing.T) {
		late := make(lateListener)
		c := newCrowd(late)
		start, ended := time.Now(), make(chan error)
		go func() { ended <- c.Close() }()
		synctest.Wait() // until Close has closed all that it knew
		ours, stranger := net.Pipe()
		defer func() { _ = stranger.Close() }()
		late <- silentConn{ours}
		close(late)
		if err := <-ended; err != nil || time.Since(start) != 0 {
			t.Errorf("the end: %v after %v", err, time.Since(start))
		}
		if len(c.open) != 0 {
			t.Errorf("%d are open after the end", len(c.open))
		}
	})
}

func TestStageOf(t *testing.T) {
	for came, want := range map[string]stage{
		"":                                       stageNone,
		"G":                                      stageBegun,
		"GET / HTTP/1.1\r\nA: b\r":               stageBegun,
		testAsk:                                  stageWhole,
		"GET / HTTP/1.1\n\n":                     stageWhole,
		"GET / HTTP/1.1\nA: b\n\r\n":             stageWhole,
		"POST / HTTP/1.1\r\nA: b\r\n\r\ncode=":   stageWhole,
		"GET /" + strings.Repeat("x", maxLook-5): stageLong,
		"\r\nGET / HTTP/1.1\r\n\r\n":             stageNever,
		"\x16\x03\x01":                           stageNever,
	} {
		if got := stageOf([]byte(came), true); got != want {
			t.Errorf("%.40q: %d, want %d", came, got, want)
		}
	}
	if got := stageOf(nil, false); got != stageNever {
		t.Errorf("closed: %d", got)
	}
}
