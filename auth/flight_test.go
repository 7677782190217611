package auth

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// slowTransport holds the answers to token requests back until it is let go. The
// provider has done its part by then: who is gone has lost the answer.
type slowTransport struct {
	base    http.RoundTripper
	reached chan struct{}
	let     chan struct{}
}

func newSlowTransport(base http.RoundTripper) *slowTransport {
	return &slowTransport{base: base, reached: make(chan struct{}, 2), let: make(chan struct{})}
}

// RoundTrip implements [http.RoundTripper].
func (s *slowTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.base.RoundTrip(r)
	if err != nil || r.URL.Path != "/token" {
		return resp, err
	}
	s.reached <- struct{}{}
	<-s.let
	if err := r.Context().Err(); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

func TestOneImpatientCallerStopsNobodyElse(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	slow := newSlowTransport(http.DefaultTransport)
	a := storeAgent(t, p, store, func(o *Options) { o.Transport = slow })
	acc := enroll(t, a, p, -time.Minute)
	impatient, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { _, err := a.Token(impatient, acc.ID, 0); first <- err }()
	<-slow.reached
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("impatient caller: %v", err)
	}
	second := make(chan error, 1)
	go func() { _, err := a.Token(t.Context(), acc.ID, 0); second <- err }()
	close(slow.let)
	if err := <-second; err != nil {
		t.Errorf("patient caller: %v", err)
	}
	if n := p.Refreshes(); n != 1 {
		t.Errorf("%d refresh requests, want 1", n)
	}
}

// The last one who waits for a refresh may leave as well: the answer holds the only
// good refresh token by then.
func TestAnswerOutlivesItsLastCaller(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store, slow := newMemStore(), newSlowTransport(p.Transport())
		a := storeAgent(t, p, store, func(o *Options) { o.Transport = slow })
		acc := enroll(t, a, p, -time.Minute)
		ctx, leave := context.WithCancel(t.Context())
		last := make(chan error, 1)
		go func() { _, err := a.Token(ctx, acc.ID, 0); last <- err }()
		<-slow.reached
		leave()
		if err := <-last; !errors.Is(err, context.Canceled) {
			t.Errorf("the last caller: %v", err)
		}
		close(slow.let)
		synctest.Wait()
		b := storeAgent(t, p, store, inBubble(p))
		if tok, err := b.Token(t.Context(), acc.ID, 0); err != nil || !p.Good(tok.AccessToken.Reveal()) {
			t.Errorf("afterwards: %v", err)
		}
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes, want 1: the answer was lost", n)
		}
	})
}

// Who joins a refresh that waits for the account's lock may leave without ending it
// for the one who began it.
func TestLeavingGuestEndsNoRefresh(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a := storeAgent(t, p, store, inBubble(p))
		acc := enroll(t, a, p, -time.Minute)
		release, err := store.LockRecord(t.Context(), acc.ID)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(ctx context.Context) chan error {
			done := make(chan error, 1)
			go func() { _, err := a.Token(ctx, acc.ID, 0); done <- err }()
			synctest.Wait()
			return done
		}
		guestly, leave := context.WithCancel(t.Context())
		host, guest := ask(t.Context()), ask(guestly)
		leave()
		if err := <-guest; !errors.Is(err, context.Canceled) {
			t.Errorf("the guest: %v", err)
		}
		release()
		if err := <-host; err != nil {
			t.Errorf("the one who began it: %v", err)
		}
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes, want 1", n)
		}
	})
}

// Nobody is left who waits for the lock: what waits for it ends too, and the lock
// is free for the next one.
func TestNobodyLeftNobodyWaits(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a := storeAgent(t, p, store, inBubble(p))
		acc := enroll(t, a, p, -time.Minute)
		release, err := store.LockRecord(t.Context(), acc.ID)
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := a.Token(ctx, acc.ID, 0); done <- err }()
		synctest.Wait()
		leave()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller: %v", err)
		}
		synctest.Wait()
		release()
		synctest.Wait()
		if n := p.Refreshes(); n != 0 {
			t.Errorf("%d refreshes for nobody", n)
		}
	})
}
