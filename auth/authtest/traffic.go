package authtest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// traffic is what happens to requests before they are answered: they take time, wait
// for each other, or meet a fault.
type traffic struct {
	end chan struct{} // closed when the test ends: hanging answers go on

	mu      sync.Mutex
	latency time.Duration
	faults  map[string]Fault
	faulted map[string]int
	// missing are the requests of Together that did not come yet; allCame is
	// closed when there are none.
	missing []string
	allCame chan struct{}
}

func newTraffic() *traffic {
	return &traffic{end: make(chan struct{}), faulted: map[string]int{}}
}

// behave takes over what b says of requests.
func (t *traffic) behave(b Behaviour) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latency, t.faults, t.faulted = b.Latency, b.Faults, map[string]int{}
	t.missing, t.allCame = slices.Clone(b.Together), make(chan struct{})
}

// close ends what waits, and reports whether it was the first to do so.
func (t *traffic) close() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.end:
		return false
	default:
		close(t.end)
		return true
	}
}

// stops holds a request up, and reports whether a fault was its answer.
func (t *traffic) stops(w http.ResponseWriter, r *http.Request, name string) bool {
	t.mu.Lock()
	latency, others := t.latency, t.meet(name)
	fault, broken := t.faultOf(name)
	t.mu.Unlock()
	if latency > 0 && name != Authorize {
		t.wait(r.Context(), latency)
	}
	t.waitFor(r.Context(), others)
	if broken {
		t.fail(w, r, fault)
	}
	return broken
}

// faultOf is the fault that the next answer of an endpoint has, if any. t.mu must
// be held.
func (t *traffic) faultOf(name string) (Fault, bool) {
	fault, broken := t.faults[name]
	if !broken || fault.Times > 0 && t.faulted[name] >= fault.Times {
		return Fault{}, false
	}
	t.faulted[name]++
	return fault, true
}

// meet is nil, which is no reason to wait, or what is closed when all requests of
// Together came. t.mu must be held.
func (t *traffic) meet(name string) <-chan struct{} {
	i := slices.Index(t.missing, name)
	if i < 0 {
		return nil
	}
	if t.missing = slices.Delete(t.missing, i, i+1); len(t.missing) == 0 {
		close(t.allCame)
	}
	return t.allCame
}

// waitFor waits for what [traffic.meet] returned.
func (t *traffic) waitFor(ctx context.Context, others <-chan struct{}) {
	if others == nil {
		return
	}
	select {
	case <-others:
	case <-ctx.Done():
	case <-t.end:
	}
}

func (t *traffic) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-t.end:
	}
}

// fail answers with a fault.
func (t *traffic) fail(w http.ResponseWriter, r *http.Request, f Fault) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-t.end:
		}
		return
	}
	w.Header().Set("Content-Type", "application/json")
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	if f.Cut {
		w.Header().Set("Content-Length", "100000")
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = w.Write([]byte(f.Body))
	for n := len(f.Body); n < f.Size; n += 1 << 16 {
		if _, err := w.Write([]byte(strings.Repeat("A", 1<<16))); err != nil {
			return
		}
	}
	if f.Cut {
		_ = http.NewResponseController(w).Flush() // else nothing of it arrives
		panic(http.ErrAbortHandler)
	}
}
