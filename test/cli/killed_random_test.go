//go:build unix

package cli

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/vault"
)

// door stands before the token endpoint of a provider and knows whether
// anything that was sent to it is still under way: a process that is killed can
// leave a request behind, which the provider gets to later.
type door struct {
	server *httptest.Server
	p      *authtest.Provider

	mu      sync.Mutex
	open    map[net.Conn]bool
	knocked chan struct{} // closed when a request for tokens comes
	rotated int           // refreshes that were granted
}

// newDoor has a provider that rotates refresh tokens and ends the session if
// one is used twice.
func newDoor(t *testing.T, w *world) *door {
	t.Helper()
	d := &door{open: map[net.Conn]bool{}, knocked: make(chan struct{})}
	d.server = httptest.NewUnstartedServer(http.HandlerFunc(d.token))
	d.server.Config.ConnState = func(c net.Conn, s http.ConnState) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if s == http.StateClosed || s == http.StateHijacked {
			delete(d.open, c)
		} else {
			d.open[c] = true
		}
	}
	// Before it can be asked: the provider is known by then.
	address := "http://" + d.server.Listener.Addr().String()
	d.p = w.oddProvider(authtest.Behaviour{}, "[endpoints]\ntoken = \""+address+"/token\"\n")
	d.server.Start()
	t.Cleanup(d.server.Close)
	return d
}

func (d *door) token(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/token" {
		return // one who waits for the others
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	refresh := r.PostForm.Get("grant_type") == "refresh_token"
	d.mu.Lock()
	if refresh {
		close(d.knocked)
		d.knocked = make(chan struct{})
	}
	d.mu.Unlock()
	onward := r.Clone(r.Context())
	onward.Body = http.NoBody // the form is read
	resp, err := d.p.Transport().RoundTrip(onward)
	if err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	d.mu.Lock()
	if refresh && resp.StatusCode == http.StatusOK {
		d.rotated++
	}
	d.mu.Unlock()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	_, _ = w.Write(body.Bytes()) // to a process that may be gone
}

// knock returns what is closed when the next refresh request comes.
func (d *door) knock() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.knocked
}

// quiet waits until nothing is under way any more and returns how many refreshes
// were granted since the last time.
func (d *door) quiet(t *testing.T) int {
	t.Helper()
	// Connections are taken in their order: when this one was, all others were.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.server.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close() // it is empty
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(100 * time.Microsecond) {
		d.mu.Lock()
		n, open := d.rotated, len(d.open)
		if open == 0 {
			d.rotated = 0
			d.mu.Unlock()
			return n
		}
		d.mu.Unlock()
	}
	t.Fatal("a connection of a process that is dead stays open")
	return 0
}

// stored is what the vault has, read without a process.
type stored struct {
	vault *vault.Vault
	id    string
}

func (w *world) stored(id string) *stored {
	w.t.Helper()
	v, err := vault.Open(filepath.Join(w.home, "vault"), vault.Options{
		AskPassphrase: func(context.Context) (string, error) { return worldPassphrase, nil },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = v.Close() })
	return &stored{v, id}
}

// refreshToken fails unless every record can be read.
func (s *stored) refreshToken(t *testing.T, records int) string {
	t.Helper()
	names, err := s.vault.List(t.Context())
	if err != nil || len(names) != records {
		t.Fatalf("records %v, want %d: %v", names, records, err)
	}
	found := ""
	for _, name := range names {
		data, err := s.vault.Get(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if name == s.id {
			found = decode[struct{ Tokens struct{ Refresh string } }](t, string(data)).Tokens.Refresh
		}
	}
	if found == "" {
		t.Fatal("the account has no refresh token")
	}
	return found
}

// TestKilledAtRandomWhileRefreshing kills processes with kill -9 at moments of a
// refresh that nobody chose. Whatever the moment, the next process has a good
// token, unless the provider took the old refresh token and the new one was not
// stored yet: then, and only then, it asks for a sign-in, which brings the same
// account back. Nothing is unreadable, and nothing is left behind.
func TestKilledAtRandomWhileRefreshing(t *testing.T) {
	w := newWorld(t)
	d := newDoor(t, w)
	w.cheapKey()
	other := w.loginOdd(d.p, authtest.Jonas)
	id := w.loginOdd(d.p, authtest.Mira)
	s := w.stored(id)
	records := len(w.recordFiles())
	usual := time.Hour
	for range 5 {
		begun := time.Now()
		w.want(0, "token", id, "--force")
		usual = min(usual, time.Since(begun))
	}
	d.quiet(t)
	seen := struct{ untouched, stored, lost, ended int }{}
	for killed, n := 0, cut(1000, 30); killed < n; {
		before := s.refreshToken(t, records)
		ended := w.killRefresh(d, id, usual, killed%2 == 0)
		spent := d.quiet(t) > 0
		kept := s.refreshToken(t, records) != before
		lost := spent && !kept
		switch {
		case kept && !spent:
			t.Fatal("a refresh token was stored that the provider never gave")
		case ended:
			seen.ended++
			killed-- // it was not
		case lost:
			seen.lost++
		case kept:
			seen.stored++
		default:
			seen.untouched++
		}
		if lost && ended {
			t.Fatal("a process ended well that had not stored the new refresh token")
		}
		killed++
		w.afterKill(d, id, lost)
	}
	t.Logf("killed before the provider took the refresh token: %d; before the new one was stored: %d; after that: %d; too late: %d",
		seen.untouched, seen.lost, seen.stored, seen.ended)
	if r := w.want(0, "token", other); !d.p.Good(strings.TrimSpace(r.out)) {
		t.Error("the other account has no good token")
	}
	w.want(0, "vault", "check")
	w.nothingLeft(id)
}

// killRefresh starts a process that refreshes, kills it, and reports whether it
// had ended by itself. With atDoor the moment is near the provider's answer,
// else anywhere.
func (w *world) killRefresh(d *door, id string, usual time.Duration, atDoor bool) (ended bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	knock := d.knock()
	var stderr bytes.Buffer
	victim := w.command(ctx, "token", id, "--force")
	victim.Stderr = &stderr
	if err := victim.Start(); err != nil {
		w.t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = victim.Wait() // its state says how
	}()
	most := usual * 5 / 4
	if atDoor {
		most = usual / 4
		select {
		case <-knock:
		case <-gone:
		}
	}
	select {
	case <-time.After(rand.N(most)):
	case <-gone:
	}
	_ = victim.Process.Kill() // it may have ended
	<-gone
	if victim.ProcessState.Exited() && victim.ProcessState.ExitCode() != 0 {
		w.t.Fatalf("exit code %d before it was killed\n%s", victim.ProcessState.ExitCode(), &stderr)
	}
	return victim.ProcessState.Exited()
}

// afterKill is what a person does next.
func (w *world) afterKill(d *door, id string, lost bool) {
	w.t.Helper()
	r := w.run("token", id, "--force")
	good := r.code == 0 && d.p.Good(strings.TrimSpace(r.out))
	switch {
	case lost && r.code == 3 && r.out == "":
		if again := w.loginOdd(d.p, authtest.Mira); again != id {
			w.t.Fatalf("after the sign-in it is account %s, not %s", again, id)
		}
	case lost || !good:
		w.t.Fatalf("exit code %d, good token %v, although lost is %v\n%s", r.code, good, lost, r.stderr)
	}
	d.quiet(w.t)
}

// recordFiles lists the records.
func (w *world) recordFiles() []string {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.home, "vault", "records", "*.age"))
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

// nothingLeft makes all that kills left behind old and looks whether the next
// refresh takes it away.
func (w *world) nothingLeft(id string) {
	w.t.Helper()
	left := w.temporary()
	past := time.Now().Add(-time.Hour)
	for _, path := range left {
		if err := os.Chtimes(path, past, past); err != nil {
			w.t.Fatal(err)
		}
	}
	w.want(0, "token", id, "--force")
	if still := w.temporary(); len(still) > 0 {
		w.t.Errorf("left for ever: %v", still)
	}
	w.t.Logf("%d temporary files were left, and removed by the next refresh", len(left))
}

// temporary lists all files of the home that a person did not put there and no
// format knows.
func (w *world) temporary() []string {
	w.t.Helper()
	var found []string
	err := filepath.WalkDir(w.home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasPrefix(d.Name(), ".") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}
