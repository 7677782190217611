package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// maxCallback bounds header and body of a request to the listener.
	maxCallback = 64 << 10
	// pageWait bounds how long the browser's page waits for the outcome.
	pageWait = 20 * time.Second
	// pageLinger bounds how long the listener stays after the outcome for a
	// browser that was redirected and has not come for its page yet.
	pageLinger = time.Second
	// pageSend bounds sending that page.
	pageSend = 2 * time.Second
)

// callback is the loopback listener of one flow and the judge of what comes
// in. Anything but the right state leaves the flow waiting, so that no web page
// and no other program can end or steal a sign-in.
type callback struct {
	f        *Flow
	l        *loopback
	server   *http.Server
	redirect string
	path     string
	address  string
	// donePath is where the browser is sent, so that no code stays in its
	// address bar or history. Only who had the right state learns of it.
	donePath string

	started bool
	serving sync.WaitGroup
	told    chan struct{} // closed when a page with the outcome was asked for
	asked   int           // guarded by f.mu: how many of those there were
	sent    bool          // guarded by f.mu: the browser was sent to donePath
	offers  []*handoff    // guarded by f.mu: the addresses that the opener got, the newest last
}

// listenCallback binds the listener of f. It serves nothing until told to,
// but the port is held.
func listenCallback(ctx context.Context, f *Flow) (*callback, error) {
	l, err := listenLoopback(ctx, f.p.Redirect)
	if err != nil {
		return nil, err
	}
	c := &callback{
		f: f, l: l, path: f.p.RedirectPath(), donePath: "/done/" + randomText(),
		address: l.listeners[0].Addr().String(), told: make(chan struct{}),
	}
	c.redirect = "http://" + l.host + c.path
	c.server = f.a.loopbackServer(c.handle, pageWait)
	return c, nil
}

// loopbackServer is a server for the person's browser, with limits for all
// else that can reach it. wait is how long an answer may take to begin.
func (a *asker) loopbackServer(handle http.HandlerFunc, wait time.Duration) *http.Server {
	return &http.Server{
		Handler:           serveGuests(handle),
		ConnContext:       withGuest,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      wait + 10*time.Second,
		IdleTimeout:       15 * time.Second,
		MaxHeaderBytes:    maxCallback,
		// What strangers send wrong is no business of a person's log.
		ErrorLog: log.New(logWriter{a.o.Log}, "", 0),
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

// serve answers from now on.
func (c *callback) serve() {
	c.started = true
	for _, l := range c.l.listeners {
		c.serving.Go(func() {
			if err := c.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				c.f.a.o.Log.Warn("callback listener ended", "error", err)
			}
		})
	}
}

// close ends the listener. Where graceful, a browser that is on its way gets
// its page first.
func (c *callback) close(ctx context.Context, graceful bool) {
	if !c.started {
		c.l.close()
		return
	}
	ctx = context.WithoutCancel(ctx) // a cancelled flow has its page too
	c.f.mu.Lock()
	sent := c.sent
	c.f.mu.Unlock()
	if graceful && sent {
		linger := time.NewTimer(pageLinger)
		defer linger.Stop()
		select {
		case <-c.told:
		case <-linger.C:
		}
	}
	ctx, cancel := context.WithTimeout(ctx, pageSend)
	defer cancel()
	if !graceful || c.server.Shutdown(ctx) != nil {
		_ = c.server.Close()
	}
	c.serving.Wait()
}

// handle routes by the path as it came, byte for byte (RFC 9700 §2.1).
func (c *callback) handle(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header())
	path := pathOf(r)
	switch offered := c.offered(path); {
	case !c.l.accepts(r.Host):
		c.ignore("a request for another host")
		dismiss(w, http.StatusMisdirectedRequest)
	case offered != nil:
		offered.serve(w, r)
	case path == "/favicon.ico":
		w.WriteHeader(http.StatusNoContent)
	case path == c.donePath && r.Method == http.MethodGet:
		know(r)
		c.serveDone(w, r)
	case path != c.path:
		dismiss(w, http.StatusNotFound)
	case isPrefetch(r):
		// A browser that looks ahead must not use up the code.
		dismiss(w, http.StatusServiceUnavailable)
	case r.Method == http.MethodGet:
		c.serveAnswer(w, r, r.URL.RawQuery)
	case r.Method == http.MethodPost && c.f.p.Redirect.ResponseMode == "form_post":
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

// offer makes the address that leads the browser to link, once. One that was
// offered before leads nowhere from now on. A second request for it kills the
// state that the first one got, since one of the two was not the browser.
func (c *callback) offer(link string) string {
	h := newHandoff(c.l, link)
	h.stranger = func() { c.ignore("a request of another user of this computer") }
	var once sync.Once
	h.twice = func() page {
		if h.led() {
			once.Do(c.renew)
		}
		return twicePage()
	}
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	for _, old := range c.offers {
		old.take(false)
	}
	c.offers = append(c.offers, h)
	return h.address()
}

// renew makes a new attempt and says so. What was offered leads to the old one.
// Whoever opened the browser may be done with that by now.
func (c *callback) renew() {
	c.f.mu.Lock()
	before := slices.Clone(c.offers)
	c.f.mu.Unlock()
	if !c.f.renew() {
		return
	}
	for _, old := range before {
		old.end()
	}
	c.f.a.tasks.Go(c.f.tellRenewed)
}

// offered is the offer at a path, or nil.
func (c *callback) offered(path string) *handoff {
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
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
func (c *callback) servePost(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		dismiss(w, http.StatusUnsupportedMediaType)
		return
	}
	letStay(r, sureRest)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCallback))
	if err != nil {
		c.ignore("a body that could not be read")
		dismiss(w, http.StatusBadRequest)
		return
	}
	c.serveAnswer(w, r, string(body))
}

// serveAnswer judges an authorization response and sends the browser on.
func (c *callback) serveAnswer(w http.ResponseWriter, r *http.Request, query string) {
	ans, reason := c.judge(query)
	if reason != "" {
		c.ignore(reason)
		writePage(w, http.StatusBadRequest, ignoredPage())
		return
	}
	know(r)
	c.f.mu.Lock()
	c.sent = true
	c.f.mu.Unlock()
	c.f.take(ans) // a duplicate gets the same page and does nothing
	http.Redirect(w, r, c.donePath, http.StatusSeeOther)
}

// ignore tells of a request that the flow did not accept.
func (c *callback) ignore(reason string) {
	c.f.ev.Emit(Event{Step: StepCallback, Phase: Ignored, Detail: reason})
}

// paste takes an address from a browser on another machine. Its port leads
// nowhere there, which is no matter: the address bar has everything.
func (c *callback) paste(address string) error {
	address = strings.Trim(strings.TrimSpace(address), `"'<>`)
	u, err := url.Parse(address)
	if err != nil || len(address) > maxCallback {
		return pasteError("it is not an address")
	}
	want, err := url.Parse(c.redirect)
	if err != nil {
		return pasteError("there is nothing to compare it with")
	}
	samePath := u.EscapedPath() == want.EscapedPath() || u.EscapedPath() == "" && want.EscapedPath() == "/"
	if u.Scheme != "http" || !c.l.accepts(u.Host) || !samePath {
		return pasteError("it does not start with " + c.redirect)
	}
	ans, reason := c.judge(u.RawQuery)
	if reason != "" {
		c.ignore("pasted: " + reason)
		return pasteError(reason)
	}
	c.f.take(ans)
	return nil
}

func pasteError(reason string) error { return fmt.Errorf("%w: %s", ErrPasted, reason) }

// pages is how many pages with the outcome were asked for.
func (c *callback) pages() int {
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	return c.asked
}
