package app

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/providers"
)

func newTestWiring(t *testing.T) *wiring {
	t.Helper()
	t.Setenv("CLAVIGER_HOME", t.TempDir())
	w := newWiring("")
	t.Cleanup(func() {
		if err := w.closers.close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestDemoIsStartedOnce(t *testing.T) {
	w := newTestWiring(t)
	set, err := w.openSet()
	if err != nil {
		t.Fatal(err)
	}
	const callers = 8
	issuers := make([]string, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			p, ok := set.Lookup(demoID)
			if !ok {
				t.Error("no demo provider")
				return
			}
			// A caller that gives up later does not end the server.
			ctx, cancel := context.WithCancel(t.Context())
			if err := w.demo.prepare(ctx, p); err != nil {
				t.Error(err)
			}
			cancel()
			issuers[i] = p.Issuer
		})
	}
	all.Wait()
	for _, issuer := range issuers {
		if issuer == "" || issuer != issuers[0] {
			t.Errorf("issuer %q, want %q", issuer, issuers[0])
		}
	}
	known, _ := set.Lookup(demoID)
	if known.Issuer != issuers[0] {
		t.Errorf("the set has the issuer %q, want %q", known.Issuer, issuers[0])
	}
	if _, err := known.Metadata(t.Context(), &http.Client{Timeout: 10 * time.Second}); err != nil {
		t.Errorf("the demo provider does not answer: %v", err)
	}
}

func TestOtherProvidersNeedNoPreparation(t *testing.T) {
	w := newTestWiring(t)
	p := &providers.Provider{ID: "acme", Issuer: "https://acme.example"}
	if err := w.demo.prepare(t.Context(), p); err != nil || p.Issuer != "https://acme.example" {
		t.Errorf("issuer %q, %v", p.Issuer, err)
	}
	if w.demo.server != nil {
		t.Error("the demo provider was started for nothing")
	}
}

func TestServeDemoEndsWithItsContext(t *testing.T) {
	w := newTestWiring(t)
	ctx, cancel := context.WithCancel(t.Context())
	out := &notifyingBuffer{wrote: make(chan struct{}, 16)}
	done := make(chan error, 1)
	go func() { done <- w.runDemo(ctx, "", out) }()
	<-out.wrote
	// A second one says that the first serves, and ends.
	var second bytes.Buffer
	if err := w.runDemo(t.Context(), "", &second); err != nil {
		t.Error(err)
	}
	if !strings.Contains(second.String(), "already") {
		t.Errorf("second: %q", second.String())
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "http://127.0.0.1:") {
		t.Errorf("first: %q", out.String())
	}
}

// notifyingBuffer tells when something was written.
type notifyingBuffer struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	wrote chan struct{}
}

func (b *notifyingBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() { b.wrote <- struct{}{} }()
	return b.buf.Write(p)
}

func (b *notifyingBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestNothingIsOpenedForNothing(t *testing.T) {
	w := newTestWiring(t)
	s := w.services()
	if _, err := s.Agent(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(os.Getenv("CLAVIGER_HOME"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 0 {
		t.Errorf("opening wrote %v", entries)
	}
}

func TestHomeFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CLAVIGER_HOME", dir)
	if got, err := homeFolder(); err != nil || got != dir {
		t.Errorf("%q, %v", got, err)
	}
	t.Setenv("CLAVIGER_HOME", "relative")
	if got, err := homeFolder(); err != nil || !filepath.IsAbs(got) {
		t.Errorf("%q, %v", got, err)
	}
	t.Setenv("CLAVIGER_HOME", "")
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	if got, err := homeFolder(); err != nil || filepath.Base(got) != "claviger" || !strings.HasPrefix(got, dir) {
		t.Errorf("%q, %v", got, err)
	}
}
