package receive

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/claviger/claviger/providers"
)

// handoffLife bounds how long an address waits for the browser to come for it.
const handoffLife = 20 * time.Second

// ErrNotFetched means that the browser was started and did not come in time.
var ErrNotFetched = errors.New("the browser did not open the address")

// handoff gives the browser an address that must not be an argument of its
// opener, since every program of this computer can read the arguments of all
// others. The opener gets a loopback address instead, whose page leads on to
// the real one: once, at a path that cannot be guessed. Whoever reads that path
// from the opener's arguments can be quicker than the browser, but not
// unnoticed: see twice.
type handoff struct {
	l      *sockets
	path   string
	target string
	// twice, if set, is called at each request after the first one, and says
	// what the page says.
	twice func() Page
	// stranger, if set, is called for a request of another user.
	stranger func()

	mu      sync.Mutex
	fetched bool          // it leads nowhere any more
	visited bool          // it led a visitor to a target that still counts
	done    chan struct{} // closed when the target was sent
}

func newHandoff(l *sockets, target string) *handoff {
	return &handoff{l: l, path: "/go/" + random(32), target: target, done: make(chan struct{})}
}

// address is for the opener.
func (h *handoff) address() string { return "http://" + h.l.host + h.path }

// HandOver opens address in the browser without telling it to the opener, which
// open is. It returns when the browser has it. Errors are those of open, or
// [ErrNotFetched], and hold no address.
func HandOver(ctx context.Context, address string, open func(ctx context.Context, address string) error, complaints *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, handoffLife)
	defer cancel()
	l, err := listenSockets(ctx, providers.Redirect{Host: "127.0.0.1"})
	if err != nil {
		return err
	}
	h := newHandoff(l, address)
	server := newServer(h.handle, pageSend, complaints)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l.listeners[0]) }) // it ends below
	defer serving.Wait()
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageSend)
		defer cancel()
		if server.Shutdown(end) != nil {
			_ = server.Close()
		}
	}()
	// An opener may stay as long as the browser does; nothing waits for it then.
	opened := make(chan error, 1)
	go func() { opened <- open(ctx, h.address()) }()
	for {
		select {
		case <-h.done:
			return nil
		case err := <-opened:
			if err != nil {
				return err
			}
			opened = nil
		case <-ctx.Done():
			return ErrNotFetched
		}
	}
}

// handle answers at the one path, once. A request has a Host header of ours, or
// it comes from a web page that had a name of its own lead here.
func (h *handoff) handle(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header())
	switch {
	case !h.l.accepts(r.Host):
		dismiss(w, http.StatusMisdirectedRequest)
	case pathOf(r) != h.path:
		dismiss(w, http.StatusNotFound)
	default:
		h.serve(w, r)
	}
}

// serve answers a request for the path.
func (h *handoff) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case isPrefetch(r):
		dismiss(w, http.StatusServiceUnavailable)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		dismiss(w, http.StatusMethodNotAllowed)
	case ofAnotherUser(r):
		if h.stranger != nil {
			h.stranger()
		}
		dismiss(w, http.StatusNotFound)
	case h.take(true):
		know(r)
		w.Header().Set("Location", h.target)
		w.WriteHeader(http.StatusSeeOther)
		close(h.done)
	case h.twice == nil:
		dismiss(w, http.StatusGone)
	default:
		WritePage(w, http.StatusGone, h.twice())
	}
}

// take reports whether the target was still to be had. It is not from now on;
// visitor says that it was fetched.
func (h *handoff) take(visitor bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := !h.fetched
	h.fetched = true
	h.visited = h.visited || visitor && first
	return first
}

// led reports whether the target was fetched and it still counts.
func (h *handoff) led() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.visited
}

// end is for a target that does not count any more.
func (h *handoff) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fetched, h.visited = true, false
}
