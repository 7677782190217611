package auth

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/internal/asking"
)

// The provider is reached without a network, so that time is the test's own.
func inBubble(p *authtest.Provider) func(*Options) {
	return func(o *Options) { o.Transport = p.Transport() }
}

func TestKeepFresh(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a := storeAgent(t, p, store, inBubble(p))
		acc := enroll(t, a, p, time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { a.KeepFresh(ctx); close(done) }()

		time.Sleep(45 * time.Minute)
		synctest.Wait()
		if n := p.Refreshes(); n != 0 {
			t.Errorf("%d refreshes with a quarter of the life left", n)
		}
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes with a sixth of the life left, want 1", n)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := p.Refreshes(); n < 24 || n > 35 {
			t.Errorf("%d refreshes in a day of tokens that live an hour", n)
		}
		p.Forget()
		if tok, err := a.Token(ctx, acc.ID, time.Minute); err != nil || !p.Good(tok.AccessToken.Reveal()) {
			t.Errorf("Token: %v", err)
		}
		if n := len(p.Requests()); n != 0 {
			t.Errorf("whoever asks waits for %d requests", n)
		}
		cancel()
		<-done
	})
}

func TestKeepFreshWhileOffline(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		a := storeAgent(t, p, newMemStore(), inBubble(p))
		acc := enroll(t, a, p, time.Hour)
		p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: authtest.ServerError}})
		go a.KeepFresh(t.Context())
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if n := p.Refreshes(); n < 8 || n > 25 {
			t.Errorf("%d tries in two hours: it should ask less and less often", n)
		}
		if got, _ := a.Account(t.Context(), acc.ID); got.State != StateOffline {
			t.Errorf("state %s", got.State)
		}
		p.Behave(authtest.Behaviour{})
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive {
			t.Errorf("state %s after it came back", got.State)
		}
	})
}

func TestKeepFreshAfterSleep(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		var slept atomic.Int64 // the wall clock went on, timers did not
		a := storeAgent(t, p, newMemStore(), inBubble(p), func(o *Options) {
			o.Now = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
		})
		enroll(t, a, p, time.Hour)
		go a.KeepFresh(t.Context())
		time.Sleep(time.Second)
		synctest.Wait()
		slept.Store(int64(8 * time.Hour))
		time.Sleep(lookEvery + time.Second)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes within half a minute of waking up, want 1", n)
		}
	})
}

// A clock that is set back, by a person or by the network after a start without
// it, makes every plan one for much later. Meanwhile the tokens end.
func TestKeepFreshWhenTheClockIsSetBack(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		var back atomic.Int64
		a := storeAgent(t, p, newMemStore(), inBubble(p), func(o *Options) {
			o.Now = func() time.Time { return time.Now().Add(-time.Duration(back.Load())) }
		})
		p.Behave(authtest.Behaviour{NoIDToken: true})
		enroll(t, a, p, time.Hour)
		go a.KeepFresh(t.Context())
		time.Sleep(time.Second)
		back.Store(int64(12 * time.Hour))
		time.Sleep(lookEvery + time.Second)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes within half a minute of the change, want 1", n)
		}
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		if n := p.Refreshes(); n < 5 || n > 7 {
			t.Errorf("%d refreshes in the four hours after it", n)
		}
		// And while the provider cannot be reached: the next try is not put off
		// by as much as the clock was set back.
		p.Behave(authtest.Behaviour{NoIDToken: true, Faults: map[string]authtest.Fault{authtest.Token: authtest.ServerError}})
		time.Sleep(2 * time.Hour)
		back.Add(int64(12 * time.Hour))
		time.Sleep(lookEvery + time.Second)
		p.Behave(authtest.Behaviour{NoIDToken: true})
		synctest.Wait()
		p.Forget()
		time.Sleep(retryMost + time.Minute)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes after it came back, want 1", n)
		}
	})
}

func TestKeepFreshLeavesAloneWhatNeedsASignIn(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		a := storeAgent(t, p, newMemStore(), inBubble(p))
		enroll(t, a, p, time.Minute)
		p.RevokeAll()
		go a.KeepFresh(t.Context())
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes of a session that ended, want 1", n)
		}
	})
}

func TestStoringIsTriedAgainInTheBackground(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a := storeAgent(t, p, store, inBubble(p))
		acc := enroll(t, a, p, -time.Minute)
		store.breakPutsAfter(1, codedErr{"disk-full"})
		if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		store.breakPuts(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		b := storeAgent(t, p, store, inBubble(p))
		if _, err := b.Refresh(t.Context(), acc.ID); err != nil {
			t.Errorf("the rotated token did not reach the store: %v", err)
		}
		if got, _ := a.Account(t.Context(), acc.ID); got.Reason != "" {
			t.Errorf("reason %q stays", got.Reason)
		}
	})
}

// askingStore is a store that counts who may be asked for the password of its keyring.
type askingStore struct {
	*memStore
	asks, all atomic.Int64
}

func (s *askingStore) note(ctx context.Context) {
	s.all.Add(1)
	if !asking.IsQuiet(ctx) {
		s.asks.Add(1)
	}
}

func (s *askingStore) Get(ctx context.Context, name string) ([]byte, error) {
	s.note(ctx)
	return s.memStore.Get(ctx, name)
}

func (s *askingStore) Put(ctx context.Context, name string, data []byte) error {
	s.note(ctx)
	return s.memStore.Put(ctx, name, data)
}

// Nobody waits for what is kept fresh: it brings no dialog of a keyring to the screen.
func TestKeepFreshAsksNobody(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := &askingStore{memStore: newMemStore()}
		a := storeAgent(t, p, store, inBubble(p))
		enroll(t, a, p, time.Hour)
		store.asks.Store(0)
		store.all.Store(0)
		go a.KeepFresh(t.Context())
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if p.Refreshes() == 0 || store.all.Load() < 30 || store.asks.Load() > 0 {
			t.Errorf("%d of %d times, a person may be asked", store.asks.Load(), store.all.Load())
		}
	})
}

// Accounts that cannot be read yet, such as of a keyring that a person opens later, are kept
// fresh soon after they can be.
func TestKeepFreshOnceAccountsCanBeRead(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a := storeAgent(t, p, store, inBubble(p))
		enroll(t, a, p, time.Hour)
		readable := func(err error) {
			store.mu.Lock()
			defer store.mu.Unlock()
			store.getErr = err
		}
		readable(errors.New("the keyring is locked"))
		go a.KeepFresh(t.Context())
		time.Sleep(51*time.Minute + 10*time.Second)
		readable(nil)
		time.Sleep(45 * time.Second)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refreshes", n)
		}
	})
}
