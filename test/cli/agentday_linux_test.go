package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/agentclient"
)

// watched is an agent whose heap and goroutines its runtime tells.
type watched struct {
	*agent
	w      *world
	id     string
	client *agentclient.Client

	mu         sync.Mutex
	live       []int // MB of heap in use after each collection
	goroutines int
	over       chan struct{}
}

// collected is a line of the runtime about a collection: "4->5->3 MB", of which the last
// is what is in use (runtime, GODEBUG=gctrace=1).
var collected = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^gc \d+ .* \d+->\d+->(\d+) MB`) })

func (w *world) startWatched(id string) *watched {
	w.t.Helper()
	other := *w
	other.env = append([]string{"GODEBUG=gctrace=1"}, w.env...)
	a := &watched{agent: other.startAgent(), w: w, id: id, over: make(chan struct{})}
	a.client = agentclient.New(a.socket)
	go func() {
		defer close(a.over)
		lines := bufio.NewScanner(a.stderr)
		for lines.Scan() {
			a.mu.Lock()
			if m := collected().FindStringSubmatch(lines.Text()); m != nil {
				mb, _ := strconv.Atoi(m[1])
				a.live = append(a.live, mb)
			}
			if strings.HasPrefix(lines.Text(), "goroutine ") {
				a.goroutines++
			}
			a.mu.Unlock()
		}
	}()
	return a
}

// descriptors is how many files and sockets the agent has open.
func (a *watched) descriptors() int {
	a.t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", a.Process.Pid))
	if err != nil {
		a.t.Fatal(err)
	}
	return len(list)
}

// heap is the most that was in use after a collection since the last call.
func (a *watched) heap() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	most := 0
	for _, mb := range a.live {
		most = max(most, mb)
	}
	a.live = nil
	return most
}

// last ends the agent and returns how many goroutines it had.
func (a *watched) last() int {
	a.t.Helper()
	if err := a.Process.Signal(syscall.SIGQUIT); err != nil {
		a.t.Fatal(err)
	}
	<-a.over
	_ = a.Wait() // it says that it was ended so
	return a.goroutines
}

// hour is what an hour brings an agent: a refresh, programs that get a token, are
// refused, ask nonsense or leave, and a vault that is locked and unlocked.
func (a *watched) hour(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ask := func(r agentclient.TokenRequest, want string) {
		t.Helper()
		got := ""
		_, err := a.client.Token(ctx, r)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || (want == "") != (err == nil) {
			t.Errorf("%+v: %v, want %q", r, err, want)
		}
	}
	a.w.want(0, "agent", "rule", a.id, "always")
	ask(agentclient.TokenRequest{Account: a.id, Force: true}, "") // as at its end
	for range 20 {
		ask(agentclient.TokenRequest{Account: a.id, MinTTL: time.Second}, "")
		ask(agentclient.TokenRequest{Account: "nobody"}, "Account not found")
		if _, err := a.client.Accounts(ctx); err != nil {
			t.Error(err)
		}
	}
	a.w.want(0, "agent", "rule", a.id, "ask")
	for i := range 20 {
		ask(agentclient.TokenRequest{Account: a.id}, "nobody to ask")
		text := []string{"", "POST /v1/token HTTP/1.1\r\nHost:", "nonsense\r\n\r\n", "POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"}[i%4]
		var d net.Dialer
		c, err := d.DialContext(ctx, "unix", a.socket)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, text) // it may be cut off
		_ = c.Close()
	}
	a.w.want(0, "vault", "lock")
	ask(agentclient.TokenRequest{Account: a.id}, "locked")
	a.w.want(0, "vault", "unlock")
}

// files is how many there are in the home.
func (w *world) files() (n int) {
	_ = filepath.WalkDir(w.home, func(_ string, d fs.DirEntry, _ error) error { // what goes meanwhile is not there
		if d != nil && d.Type().IsRegular() {
			n++
		}
		return nil
	})
	return n
}

// A day of use, or a month, leaves an agent as its first hour did: no more memory, descriptors,
// goroutines or files.
func TestADayOfTheAgent(t *testing.T) {
	hours := 24
	if os.Getenv("CLAVIGER_SOAK") != "" {
		hours *= 30
	}
	w, p := signedIn(t, 3600)
	id := decode[account](t, w.want(0, "whoami", "--json").out).ID
	first := w.startWatched(id)
	first.hour(t)
	goroutines := first.last()

	a := w.startWatched(id)
	a.hour(t)
	descriptors, files, heap := a.descriptors(), w.files(), a.heap()
	refreshed, _, _ := p.counts()
	for range hours - 1 {
		a.hour(t)
	}
	if now, reused, _ := p.counts(); now < refreshed+hours-1 || reused {
		t.Errorf("%d refreshes in %d hours", now-refreshed, hours-1)
	}
	// Connections that ended may still be noticed.
	now := a.descriptors()
	for limit := time.Now().Add(10 * time.Second); now > descriptors && time.Now().Before(limit); now = a.descriptors() {
		time.Sleep(100 * time.Millisecond)
	}
	later := a.heap()
	t.Logf("after an hour and %d: %d and %d descriptors, %d and %d MB of heap, %d and %d files", hours, descriptors, now, heap, later, files, w.files())
	if now > descriptors || later == 0 || later > heap+1 || w.files() > files { // an hour may pass without a collection
		t.Error("that is more")
	}
	const passing = 5 // those of connections that are about to end
	if n := a.last(); n > goroutines+passing || goroutines == 0 {
		t.Errorf("%d goroutines, after an hour %d", n, goroutines)
	}
}
