package cli

import (
	"bytes"
	"context"
	native "encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// The moments of a refresh at the provider, in their order.
const (
	requestArrives  = "the request arrives"
	requestRead     = "the request is read"
	tokenConsumed   = "the refresh token is consumed"
	statusSent      = "the status line is sent"
	headerSent      = "the header is sent"
	halfSent        = "half of the answer is sent"
	allButOneSent   = "all of the answer but a byte is sent"
	wholeAnswerSent = "the whole answer is sent"
	lockOpened      = "the lock is opened"
	oldBeingStored  = "the old record is being stored again"
	oldStored       = "the old record is stored again"
	newBeingStored  = "the new record is being stored"
	newStored       = "the new record is stored"
	tokenPrinted    = "the token is printed"
	nowhere         = ""
)

// gate stands before the token endpoint of a provider and stops one refresh at
// one moment.
type gate struct {
	server *httptest.Server
	era    atomic.Int64 // of the connections that are served

	mu      sync.Mutex
	p       *authtest.Provider
	stopAt  string
	reached chan struct{} // closed at the moment
	opened  chan struct{} // closed to let the stopped request go
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{}
	g.server = httptest.NewUnstartedServer(http.HandlerFunc(g.token))
	g.server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, eraKey{}, g.era.Load())
	}
	g.server.Start()
	t.Cleanup(func() {
		g.open()
		g.server.Close()
	})
	return g
}

// stop sets the moment of the next refresh to stop at.
func (g *gate) stop(at string) (reached <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopAt = at
	g.reached, g.opened = make(chan struct{}), make(chan struct{})
	return g.reached
}

type eraKey struct{}

// leaveOut drops the requests of a process that is dead by now, even if the server has
// not read them yet. The server accepts connections in order: once it has answered a
// new one, it has accepted all of the dead process's.
func (g *gate) leaveOut(t *testing.T) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", g.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "none\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil { // the server says that it is no request
		t.Fatal(err)
	}
	g.era.Add(1)
}

// open lets the stopped request go, into nothing.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
	g.stopAt = nowhere
}

// at is called at each moment and reports whether the request was stopped.
func (g *gate) at(moment string) bool {
	g.mu.Lock()
	if g.stopAt != moment {
		g.mu.Unlock()
		return false
	}
	g.stopAt = nowhere
	close(g.reached)
	opened := g.opened
	g.mu.Unlock()
	<-opened
	return true
}

func (g *gate) token(w http.ResponseWriter, r *http.Request) {
	if g.at(requestArrives) || r.Context().Value(eraKey{}) != g.era.Load() {
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	refresh := r.PostForm.Get("grant_type") == "refresh_token"
	if refresh && g.at(requestRead) {
		return
	}
	onward := r.Clone(r.Context())
	onward.Body = http.NoBody // the form is read
	g.mu.Lock()
	p := g.p
	g.mu.Unlock()
	resp, err := p.Transport().RoundTrip(onward)
	if err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	resp.Close = true
	var raw bytes.Buffer
	if err := resp.Write(&raw); err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	if refresh && g.at(tokenConsumed) {
		return
	}
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	g.send(conn, raw.Bytes(), refresh)
}

// send writes an answer piece by piece.
func (g *gate) send(conn interface{ Write([]byte) (int, error) }, raw []byte, refresh bool) {
	status := bytes.Index(raw, []byte("\r\n")) + 2
	header := bytes.Index(raw, []byte("\r\n\r\n")) + 4
	sent := 0
	for _, piece := range []struct {
		moment string
		end    int
	}{
		{statusSent, status},
		{headerSent, header},
		{halfSent, (header + len(raw)) / 2},
		{allButOneSent, len(raw) - 1},
		{wholeAnswerSent, len(raw)},
	} {
		if _, err := conn.Write(raw[sent:piece.end]); err != nil {
			return
		}
		sent = piece.end
		if refresh && g.at(piece.moment) {
			return
		}
	}
}

// watcher reports what happens to the files of one record, see inotify(7).
type watcher struct {
	file    *os.File
	moments chan string
}

func (w *world) watch(id string) *watcher {
	w.t.Helper()
	fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
	if err != nil {
		w.t.Fatal(err)
	}
	records, err := syscall.InotifyAddWatch(fd, filepath.Join(w.home, "vault", "records"), syscall.IN_CREATE|syscall.IN_MOVED_TO)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := syscall.InotifyAddWatch(fd, filepath.Join(w.home, "vault", "locks"), syscall.IN_OPEN); err != nil {
		w.t.Fatal(err)
	}
	seen := &watcher{os.NewFile(uintptr(fd), "inotify"), make(chan string, 1000)}
	go seen.read(int32(records), id)
	return seen
}

// read ends when the watcher is closed.
func (s *watcher) read(records int32, id string) {
	defer close(s.moments)
	buf := make([]byte, 64<<10)
	being, stored := []string{oldBeingStored, newBeingStored}, []string{oldStored, newStored}
	for {
		n, err := s.file.Read(buf)
		if err != nil {
			return
		}
		for b := buf[:n]; len(b) >= syscall.SizeofInotifyEvent; {
			length := syscall.SizeofInotifyEvent + int(native.NativeEndian.Uint32(b[12:]))
			name := strings.TrimRight(string(b[syscall.SizeofInotifyEvent:length]), "\x00")
			inRecords := int32(native.NativeEndian.Uint32(b)) == records
			b = b[length:]
			moment := ""
			switch {
			case !inRecords && name == id+".lock":
				moment = lockOpened
			case inRecords && strings.HasPrefix(name, ".tmp-") && len(being) > 0:
				moment, being = being[0], being[1:]
			case inRecords && name == id+".age" && len(stored) > 0:
				moment, stored = stored[0], stored[1:]
			default:
				continue
			}
			select {
			case s.moments <- moment:
			default: // nobody needs a thousandth
			}
		}
	}
}

// wait waits for a moment.
func (s *watcher) wait(t *testing.T, moment string) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case m, ok := <-s.moments:
			if !ok {
				t.Fatalf("the watch ended before %s", moment)
			}
			if m == moment {
				return
			}
		case <-limit:
			t.Fatalf("%s: it never happened", moment)
		}
	}
}

// scene is an account of which a refresh is to be killed, and one beside it.
type scene struct {
	*world
	p         *authtest.Provider
	gate      *gate
	id, other string
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w, g := newWorld(t), newGate(t)
	p := w.oddProvider(authtest.Behaviour{}, "[endpoints]\ntoken = \""+g.server.URL+"/token\"\n")
	g.mu.Lock()
	g.p = p
	g.mu.Unlock()
	s := &scene{world: w, p: p, gate: g}
	w.cheapKey()
	s.other = w.loginOdd(p, authtest.Jonas)
	s.id = w.loginOdd(p, authtest.Mira)
	return s
}

// refresher is a process that refreshes the account.
type refresher struct {
	*exec.Cmd
	out     bytes.Buffer
	printed chan struct{} // closed when out has something
}

// Write takes standard output.
func (r *refresher) Write(p []byte) (int, error) {
	if r.out.Len() == 0 {
		defer close(r.printed)
	}
	return r.out.Write(p)
}

func (s *scene) start() *refresher {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	s.t.Cleanup(cancel)
	r := &refresher{Cmd: s.command(ctx, "token", s.id), printed: make(chan struct{})}
	r.Stdout = r
	if err := r.Start(); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// killAt kills a process that refreshes, at a moment. With waiting, another one
// waits for the lock by then, which is returned.
func (s *scene) killAt(moment string, waiting bool) (waiter *refresher) {
	t := s.t
	t.Helper()
	seen := s.watch(s.id)
	defer func() { _ = seen.file.Close() }()
	var reached <-chan struct{}
	switch moment {
	case lockOpened, oldBeingStored, oldStored:
		s.gate.stop(requestArrives) // it may be past the moment, but not past this
	default:
		reached = s.gate.stop(moment)
	}
	defer s.gate.open()
	victim := s.start()
	switch moment {
	case lockOpened, oldBeingStored, oldStored, newBeingStored, newStored:
		seen.wait(t, moment)
	case tokenPrinted:
		happens(t, moment, victim.printed)
	default:
		happens(t, moment, reached)
	}
	if waiting {
		for len(seen.moments) > 0 {
			<-seen.moments // the victim's own
		}
		waiter = s.start()
		seen.wait(t, lockOpened)
	}
	if err := victim.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	_ = victim.Wait() // it was killed
	if !waiting {
		s.gate.leaveOut(t)
	}
	return waiter
}

func happens(t *testing.T, moment string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s: it never happened", moment)
	}
}

// outcome is what the next process may end with.
type outcome int

const (
	// works: the provider did not take the refresh token.
	works outcome = iota
	// lost: it did, and the answer cannot have arrived.
	lost
	// either: the answer may have been stored, or not yet.
	either
	// kept: the new tokens are there, and nobody asks for others.
	kept
)

// TestKilledWhileRefreshing kills a process at every moment of a refresh that
// can be seen from outside. The next process, or the one that waits already,
// has a good token, or, only if the provider took the refresh token and the
// answer was lost, says that a sign-in is needed. Nothing else is lost.
func TestKilledWhileRefreshing(t *testing.T) {
	s := newScene(t)
	for _, round := range []struct {
		moment string
		want   outcome
	}{
		{requestRead, works},
		{halfSent, lost},
		{newStored, kept},
		{lockOpened, works},
		{oldBeingStored, works},
		{oldStored, works},
		{requestArrives, works},
		{tokenConsumed, lost},
		{statusSent, lost},
		{headerSent, lost},
		{allButOneSent, lost},
		{wholeAnswerSent, either},
		{newBeingStored, either},
		{tokenPrinted, kept},
	} {
		s.kill(t, round.moment, round.want, false)
		switch round.moment {
		case requestArrives, requestRead, tokenConsumed, statusSent, headerSent, halfSent, allButOneSent:
			s.kill(t, round.moment, round.want, true)
		}
	}
}

// kill is one of the rounds.
func (s *scene) kill(t *testing.T, moment string, want outcome, waiting bool) {
	title := "killed when " + moment
	if waiting {
		title += ", another waits"
	}
	t.Run(title, func(t *testing.T) {
		s.t = t
		s.age(s.id)
		waiter := s.killAt(moment, waiting)
		var next result
		if waiting {
			_ = waiter.Wait() // the exit code says how
			next = result{code: waiter.ProcessState.ExitCode(), out: waiter.out.String()}
		} else {
			s.p.Forget()
			next = s.run("token", s.id)
		}
		good := next.code == 0 && s.p.Good(strings.TrimSpace(next.out))
		signIn := next.code == 3 && next.out == ""
		fits := good && want != lost || signIn && (want == lost || want == either)
		if !fits {
			t.Errorf("exit code %d, good token %v\n%s", next.code, good, next.stderr)
		}
		if n := s.p.Refreshes(); want == kept && n != 0 {
			t.Errorf("%d refreshes, although the tokens were stored", n)
		}
		s.nothingElseLost(t, good)
	})
}

func (s *scene) nothingElseLost(t *testing.T, good bool) {
	t.Helper()
	state := "active"
	if !good {
		state = "needs_sign_in"
	}
	list := decode[[]account](t, s.want(0, "accounts", "--json").out)
	if len(list) != 2 {
		t.Fatalf("%d accounts", len(list))
	}
	for _, a := range list {
		wantState, wantLogin := state, authtest.Mira.Login
		if a.ID == s.other {
			wantState, wantLogin = "active", authtest.Jonas.Login
		}
		if a.State != wantState || a.User.Login != wantLogin {
			t.Errorf("account %+v, want %s", a, wantState)
		}
	}
	if r := s.want(0, "token", s.other); !s.p.Good(strings.TrimSpace(r.out)) {
		t.Error("the other account has no good token")
	}
	s.want(0, "vault", "check")
	if good {
		if r := s.want(0, "token", s.id, "--force"); !s.p.Good(strings.TrimSpace(r.out)) {
			t.Error("the account cannot be refreshed any more")
		}
	} else if id := s.loginOdd(s.p, authtest.Mira); id != s.id {
		t.Errorf("after the sign-in it is account %s, not %s", id, s.id)
	}
}
