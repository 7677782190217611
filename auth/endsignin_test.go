package auth

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/trace"
)

func TestCancelAndTimeout(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	start := func(ctx context.Context, r SignInRequest) *Flow {
		r.Provider, r.NoBrowser = "fake", true
		f, err := a.Start(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := start(t.Context(), SignInRequest{})
	f.Cancel()
	for range 2 { // every caller gets the same
		if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	f = start(ctx, SignInRequest{})
	cancel()
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Errorf("context cancelled: %v", err)
	}
	f = start(t.Context(), SignInRequest{Timeout: 20 * time.Millisecond})
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrTimeout) {
		t.Errorf("timed out: %v", err)
	}
	// Who stops waiting does not end the flow.
	f = start(t.Context(), SignInRequest{})
	if _, err := f.Wait(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, ErrCanceled) {
		t.Errorf("waiting stopped: %v", err)
	}
	visit(t.Context(), op.authorize(f.URL()))
	if _, err := f.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	// The listener goes with its flow.
	waitUntil(t, func() bool {
		conn, err := net.Dial("tcp", addressOf(f))
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
}

func TestCancelDuringTheTokenRequest(t *testing.T) {
	op := newFakeOP(t)
	asked, release := make(chan struct{}), make(chan struct{})
	op.beforeToken = func() { close(asked); <-release }
	defer close(release)
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	pages := make(chan tab, 1)
	address := op.authorize(f.URL())
	go func() { pages <- visit(t.Context(), address) }()
	<-asked
	f.Cancel()
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Errorf("error is %v", err)
	}
	if p := <-pages; !strings.Contains(p.body, "cancelled") {
		t.Errorf("page: %v %s", p.err, p.body)
	}
}

func TestCloseEndsFlows(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Errorf("error is %v", err)
	}
	if _, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true}); err == nil {
		t.Error("a closed agent starts a flow")
	}
}

func TestNoBrowserIsNoEnd(t *testing.T) {
	op := newFakeOP(t)
	broken := make(chan trace.Event, 1)
	a := newTestAgent(t, op, nil, func(context.Context, string) error { return errors.New("nothing there") })
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Observe: func(e trace.Event) {
		if e.Step == trace.StepBrowser && e.Phase == trace.Broken {
			broken <- e
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	<-broken
	if err := f.OpenBrowser(t.Context()); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("again: %v", err)
	}
	visit(t.Context(), op.authorize(f.URL()))
	if _, err := f.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTwoSignInsAtOnce(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, nil, nil)
	first, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	// The answer of one at the listener of the other is a stranger's.
	crossed := strings.Replace(op.authorize(first.URL()), addressOf(first), addressOf(second), 1)
	if p := visit(t.Context(), crossed); p.status != http.StatusBadRequest {
		t.Errorf("crossed: %d", p.status)
	}
	visit(t.Context(), op.authorize(second.URL()))
	if _, err := second.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	visit(t.Context(), op.authorize(first.URL()))
	if _, err := first.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}
