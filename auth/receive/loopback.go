package receive

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/providers"
)

const (
	// maxCallback bounds header and body of a request to the listener.
	maxCallback = 64 << 10
)

// Loopback receives on this computer (RFC 8252 §7.3), and judges nothing by itself.
// Anything but the right response leaves the sign-in waiting, so that no web page and
// no other program can end or steal one. It is a [Receiver].
type Loopback struct {
	l        *sockets
	server   *http.Server
	log      *slog.Logger
	redirect string
	path     string
	formPost bool
	s        *SignIn // nil until it receives
	last     lastPage
	serving  sync.WaitGroup

	mu     sync.Mutex
	offers []*handoff // the addresses that the opener got, the newest last
}

// Listen binds the address of a redirect URI: r names host and ports, path is that of
// the URI as the browser sends it. Nothing is answered before [Loopback.Receive], but
// the port is held. Errors wrap [ErrPortBusy] or [ErrPortForbidden].
func Listen(ctx context.Context, r providers.Redirect, path string, log *slog.Logger) (*Loopback, error) {
	l, err := listenSockets(ctx, r)
	if err != nil {
		return nil, err
	}
	c := &Loopback{
		l: l, log: log, redirect: "http://" + l.host + path, path: path, formPost: r.ResponseMode == "form_post",
		last: lastPage{path: "/done/" + random(32), asked: make(chan struct{})},
	}
	c.server = newServer(c.handle, pageWait, log)
	return c, nil
}

// RedirectURI is where the browser is to come back to.
func (c *Loopback) RedirectURI() string { return c.redirect }

// Address is where it listens: "127.0.0.1:51789".
func (c *Loopback) Address() string { return c.l.listeners[0].Addr().String() }

// Port is the port of the redirect URI.
func (c *Loopback) Port() int { return c.l.port }

// newServer is a server for the person's browser, with limits for all else that can
// reach it. wait is how long an answer may take to begin.
func newServer(handle http.HandlerFunc, wait time.Duration, complaints *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           serveGuests(handle),
		ConnContext:       withGuest,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      wait + 10*time.Second,
		IdleTimeout:       15 * time.Second,
		MaxHeaderBytes:    maxCallback,
		// What strangers send wrong is no business of a person's log.
		ErrorLog: log.New(logWriter{complaints}, "", 0),
	}
}

// logWriter passes the HTTP server's complaints on, without their text, which
// quotes what came in.
type logWriter struct{ log *slog.Logger }

// Write implements [io.Writer].
func (w logWriter) Write(p []byte) (int, error) {
	w.log.Debug("callback listener: a connection failed")
	return len(p), nil
}

// Receive answers from now on.
func (c *Loopback) Receive(s *SignIn) {
	c.s = s
	for _, l := range c.l.listeners {
		c.serving.Go(func() {
			if err := c.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				c.log.Warn("callback listener ended", "error", err)
			}
		})
	}
}

// Close ends the listener. If graceful, a browser that is on its way gets its page
// first.
func (c *Loopback) Close(ctx context.Context, graceful bool) {
	if c.s == nil {
		c.l.close()
		return
	}
	ctx = context.WithoutCancel(ctx) // a cancelled flow has its page too
	if graceful {
		c.last.linger()
	}
	ctx, cancel := context.WithTimeout(ctx, pageSend)
	defer cancel()
	if !graceful || c.server.Shutdown(ctx) != nil {
		_ = c.server.Close()
	}
	c.serving.Wait()
}

// handle routes by the path as it came, byte for byte (RFC 9700 §2.1).
func (c *Loopback) handle(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header())
	path := pathOf(r)
	switch offered := c.offered(path); {
	case !c.l.accepts(r.Host):
		c.s.Ignored("a request for another host")
		dismiss(w, http.StatusMisdirectedRequest)
	case offered != nil:
		offered.serve(w, r)
	case path == "/favicon.ico":
		w.WriteHeader(http.StatusNoContent)
	case path == c.last.path && r.Method == http.MethodGet:
		know(r)
		c.last.serve(w, r, c.s)
	case path != c.path:
		dismiss(w, http.StatusNotFound)
	case isPrefetch(r):
		// A browser that looks ahead must not use up the code.
		dismiss(w, http.StatusServiceUnavailable)
	case r.Method == http.MethodGet:
		c.serveAnswer(w, r, r.URL.RawQuery)
	case r.Method == http.MethodPost && c.formPost:
		c.servePost(w, r)
	default:
		w.Header().Set("Allow", http.MethodGet)
		dismiss(w, http.StatusMethodNotAllowed)
	}
}

// pathOf is the path of a request as it came.
func pathOf(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return path
}

// Offer makes the address that leads the browser to link, once. One that was
// offered before leads nowhere from now on. A second request for it kills the
// state that the first one got, since one of the two was not the browser.
func (c *Loopback) Offer(link string) string {
	h := newHandoff(c.l, link)
	h.stranger = func() { c.s.Ignored("a request of another user of this computer") }
	var once sync.Once
	h.twice = func() Page {
		if h.led() {
			once.Do(c.renew)
		}
		return twicePage()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, old := range c.offers {
		old.take(false)
	}
	c.offers = append(c.offers, h)
	return h.address()
}

// renew makes a new attempt and says so. What was offered leads to the old one.
// Whoever opened the browser may be done with that by now.
func (c *Loopback) renew() {
	c.mu.Lock()
	before := slices.Clone(c.offers)
	c.mu.Unlock()
	if !c.s.Renew() {
		return
	}
	for _, old := range before {
		old.end()
	}
	c.s.Renewed()
}

// offered is the offer at a path, or nil.
func (c *Loopback) offered(path string) *handoff {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.offers {
		if h.path == path {
			return h
		}
	}
	return nil
}

// isPrefetch recognises requests that no person made yet.
func isPrefetch(r *http.Request) bool {
	for _, h := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		v := strings.ToLower(r.Header.Get(h))
		if strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}

// servePost takes an answer in a body (OAuth 2.0 Form Post Response Mode).
func (c *Loopback) servePost(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		dismiss(w, http.StatusUnsupportedMediaType)
		return
	}
	letStay(r, sureRest)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCallback))
	if err != nil {
		c.s.Ignored("a body that could not be read")
		dismiss(w, http.StatusBadRequest)
		return
	}
	c.serveAnswer(w, r, string(body))
}

// serveAnswer judges an authorization response and sends the browser on.
func (c *Loopback) serveAnswer(w http.ResponseWriter, r *http.Request, query string) {
	take, reason := c.s.Judge(query)
	if reason != "" {
		c.s.Ignored(reason)
		WritePage(w, http.StatusBadRequest, ignoredPage())
		return
	}
	know(r)
	c.last.announce()
	take() // a duplicate gets the same page and does nothing
	http.Redirect(w, r, c.last.path, http.StatusSeeOther)
}
