package auth

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/trace"
)

// patient is a world whose person takes their time in the browser.
func patient(t *testing.T, p *authtest.Provider, store Store) (*Agent, *authtest.Browser, func()) {
	t.Helper()
	come := make(chan struct{})
	back := sync.OnceFunc(func() { close(come) })
	person := &authtest.Browser{Before: func(context.Context, *url.URL) { <-come }}
	a := storeAgent(t, p, store, func(o *Options) { o.Browser = person.Open })
	t.Cleanup(back)
	return a, person, back
}

// joiner waits for a sign-in.
type joiner struct {
	mu    sync.Mutex
	steps []trace.Step
	done  chan error
}

// join asks for a sign-in and returns when it waits for the person.
func join(ctx context.Context, a *Agent, r SignInRequest) *joiner {
	w, waiting := &joiner{done: make(chan error, 1)}, make(chan struct{})
	r.Observe = func(e trace.Event) {
		w.mu.Lock()
		w.steps = append(w.steps, e.Step)
		w.mu.Unlock()
		if e.Step == trace.StepWait && e.Phase == trace.Started {
			close(waiting)
		}
	}
	go func() {
		acc, err := a.SignIn(ctx, r)
		if err == nil && acc.ID != r.Account {
			err = errors.New("another account")
		}
		w.done <- err
	}()
	<-waiting
	return w
}

// Ten who want the same account signed in again share one browser. One who
// gives up disturbs nobody, and whoever comes late learns what happened so far.
func TestSignInsOfOneAccountAreOne(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, person, back := patient(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	request := SignInRequest{Provider: "authtest", Account: acc.ID, Remember: true}
	ctx, cancel := context.WithCancel(t.Context())
	quitter := join(ctx, a, request)
	joiners := make([]*joiner, 9)
	for i := range joiners {
		joiners[i] = join(t.Context(), a, request)
	}
	cancel()
	if err := <-quitter.done; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who gave up: %v", err)
	}
	back()
	for i, w := range joiners {
		if err := <-w.done; err != nil {
			t.Errorf("waiter %d: %v", i, err)
		}
		if !slices.Equal(w.steps, joiners[0].steps) || !slices.Contains(w.steps, trace.StepStore) {
			t.Errorf("waiter %d was told %v, the first %v", i, w.steps, joiners[0].steps)
		}
	}
	if n := len(person.Opened()); n != 1 {
		t.Errorf("%d browsers, want 1", n)
	}
	if list, _ := a.Accounts(t.Context()); len(list) != 1 || list[0].User.Login != "mira" {
		t.Errorf("accounts %+v", list)
	}
}

// Whoever wants something else gets a sign-in of their own.
func TestOtherSignInsAreNotJoined(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, person, back := patient(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	same := SignInRequest{Provider: "authtest", Account: acc.ID}
	groups, more, api, stranger := same, same, same, same
	groups.Groups, more.ExtraScopes, api.Resources, stranger.Account = true, []string{"x"}, []string{"https://api.example"}, ""
	var all sync.WaitGroup
	requests := []SignInRequest{same, groups, more, api, stranger, stranger}
	for _, r := range requests {
		all.Go(func() {
			if _, err := a.SignIn(t.Context(), r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		})
	}
	waitUntil(t, func() bool { return len(person.Opened()) == len(requests) })
	back()
	all.Wait()
}

// The last one to leave ends the sign-in; the next one begins anew.
func TestLastToLeaveCancels(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, person, back := patient(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	request := SignInRequest{Provider: "authtest", Account: acc.ID, Remember: true}
	ctx, cancel := context.WithCancel(t.Context())
	joiners := make([]*joiner, 3)
	for i := range joiners {
		joiners[i] = join(ctx, a, request)
	}
	waitUntil(t, func() bool { return len(person.Opened()) == 1 })
	cancel()
	for _, w := range joiners {
		if err := <-w.done; !errors.Is(err, context.Canceled) {
			t.Errorf("after leaving: %v", err)
		}
	}
	back()
	if _, err := a.SignIn(t.Context(), request); err != nil || len(person.Opened()) != 2 {
		t.Errorf("the next: %v, %d browsers", err, len(person.Opened()))
	}
	if err := a.Close(); err != nil { // waits for the one that was cancelled
		t.Error(err)
	}
	list, err := storeAgent(t, p, store).History(t.Context(), acc.ID)
	if err != nil || slices.ContainsFunc(list, func(e history.Entry) bool { return e.Kind == history.Failed }) {
		t.Errorf("the sign-in was not cancelled but failed: %v, %v", list, err)
	}
}

// While a person is in the browser, other processes refresh the same account.
func TestNoLockWhileSigningIn(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, person, back := patient(t, p, store)
	other := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	locks := store.lockCount()
	done := make(chan error, 1)
	go func() {
		_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Account: acc.ID, Remember: true})
		done <- err
	}()
	waitUntil(t, func() bool { return len(person.Opened()) == 1 })
	if n := store.lockCount() - locks; n != 0 {
		t.Errorf("%d records were locked for the sign-in", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if tok, err := other.Token(ctx, acc.ID, 0); err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Errorf("another process: %v", err)
	}
	if _, err := a.Refresh(ctx, acc.ID); err != nil {
		t.Errorf("this process: %v", err)
	}
	back()
	if err := <-done; err != nil {
		t.Errorf("the sign-in: %v", err)
	}
}

func TestWishesThatAreTheSame(t *testing.T) {
	hour, sameHour, day := time.Hour, time.Hour, 24*time.Hour
	r := SignInRequest{Provider: "p", Account: "a", MaxAge: &hour}
	same, other := r, r
	same.MaxAge, same.LoginHint, same.Timeout, same.Observe = &sameHour, "mira", time.Second, func(trace.Event) {}
	other.MaxAge = &day
	if joinKey(r) != joinKey(same) {
		t.Error("a hint or an observer makes a sign-in of its own")
	}
	if joinKey(r) == joinKey(other) {
		t.Error("another age is the same wish")
	}
}
