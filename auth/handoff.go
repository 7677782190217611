package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"claviger/providers"
)

// handoffLife bounds how long an address waits for the browser to come for it.
const handoffLife = 20 * time.Second

// errNotFetched means that the browser was started and did not come in time.
var errNotFetched = errors.New("the browser did not open the address")

// handoff gives the browser an address that must not be an argument of its
// opener, since every program of this computer can read the arguments of all
// others. The opener gets a loopback address instead, whose page leads on to
// the real one: once, for a short while, at a path that cannot be guessed.
// Whoever reads that path from the opener's arguments can be quicker than the
// browser, but not unnoticed: the person then reads that it was used already.
type handoff struct {
	l      *loopback
	path   string
	target string

	mu      sync.Mutex
	fetched bool
	done    chan struct{} // closed when the target was sent
}

// openUnseen opens address in the browser without telling it to the opener. It
// returns when the browser has it. Errors wrap [ErrNoBrowser] or are
// errNotFetched, and hold no address.
func (a *Agent) openUnseen(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, handoffLife)
	defer cancel()
	l, err := listenLoopback(ctx, providers.Redirect{Host: "127.0.0.1"})
	if err != nil {
		return err
	}
	h := &handoff{l: l, path: "/go/" + randomText(), target: address, done: make(chan struct{})}
	server := a.loopbackServer(h.handle, pageSend)
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
	// An opener may stay as long as the browser does; nobody waits for it then.
	opened := make(chan error, 1)
	go func() { opened <- a.o.Browser(ctx, "http://"+l.host+h.path) }()
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
			return errNotFetched
		}
	}
}

// handle answers at the one path, once.
func (h *handoff) handle(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header())
	path, _, _ := strings.Cut(r.RequestURI, "?")
	switch {
	case !h.l.accepts(r.Host):
		plain(w, http.StatusMisdirectedRequest)
	case path != h.path:
		plain(w, http.StatusNotFound)
	case isPrefetch(r):
		plain(w, http.StatusServiceUnavailable)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		plain(w, http.StatusMethodNotAllowed)
	case !h.take():
		plain(w, http.StatusGone)
	default:
		w.Header().Set("Location", h.target)
		w.WriteHeader(http.StatusSeeOther)
		close(h.done)
	}
}

// take reports whether this is the first request for the target.
func (h *handoff) take() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := !h.fetched
	h.fetched = true
	return first
}
