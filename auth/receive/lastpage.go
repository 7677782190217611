package receive

import (
	"net/http"
	"sync"
	"time"
)

const (
	// pageWait bounds how long the browser's page waits for the outcome.
	pageWait = 20 * time.Second
	// pageLinger bounds how long the listener stays after the outcome for a
	// browser that was redirected and has not come for its page yet.
	pageLinger = time.Second
	// pageSend bounds sending that page.
	pageSend = 2 * time.Second
)

// lastPage is the page that says how the sign-in ended, and who asked for it.
type lastPage struct {
	// path is where the browser is sent, so that no code stays in its address bar or
	// history. Only who had the right state learns of it.
	path  string
	asked chan struct{} // closed when it was asked for

	mu    sync.Mutex
	count int  // how often it was asked for
	sent  bool // a browser was sent there
}

// announce notes that a browser is sent there.
func (l *lastPage) announce() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = true
}

// linger waits a moment for a browser that was sent there and has not come yet.
func (l *lastPage) linger() {
	l.mu.Lock()
	sent := l.sent
	l.mu.Unlock()
	if !sent {
		return
	}
	wait := time.NewTimer(pageLinger)
	defer wait.Stop()
	select {
	case <-l.asked:
	case <-wait.C:
	}
}

// serve shows the browser how the sign-in ended, waiting for that.
func (l *lastPage) serve(w http.ResponseWriter, r *http.Request, s *SignIn) {
	l.mu.Lock()
	if l.count++; l.count == 1 {
		close(l.asked)
	}
	l.mu.Unlock()
	wait := time.NewTimer(pageWait)
	defer wait.Stop()
	select {
	case <-s.Done:
		WritePage(w, http.StatusOK, s.Outcome())
	case <-wait.C:
		WritePage(w, http.StatusOK, waitPage())
	case <-r.Context().Done():
	}
}

// Pages is how often a browser asked how the sign-in ended, so far.
func (c *Loopback) Pages() int {
	c.last.mu.Lock()
	defer c.last.mu.Unlock()
	return c.last.count
}
