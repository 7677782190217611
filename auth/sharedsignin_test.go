package auth

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"claviger/auth/authtest"
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

// Ten who want the same account signed in again share one browser. One who
// gives up disturbs nobody, and whoever comes late learns what happened so far.
func TestSignInsOfOneAccountAreOne(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a, person, back := patient(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	request := SignInRequest{Provider: "authtest", Account: acc.ID, Remember: true}
	var mu sync.Mutex
	steps := make([][]Step, 10)
	ask := func(ctx context.Context, i int) error {
		r := request
		waiting := make(chan struct{})
		r.Observe = func(e Event) {
			mu.Lock()
			steps[i] = append(steps[i], e.Step)
			mu.Unlock()
			if e.Step == StepWait && e.Phase == Started {
				close(waiting)
			}
		}
		done := make(chan error, 1)
		go func() {
			got, err := a.SignIn(ctx, r)
			if err == nil && (got.ID != acc.ID || got.User.Login != "mira") {
				err = errors.New("another account")
			}
			done <- err
		}()
		<-waiting
		if i == 3 {
			return <-done
		}
		go func() {
			if err := <-done; err != nil {
				t.Errorf("waiter %d: %v", i, err)
			}
			mu.Lock()
			defer mu.Unlock()
			steps[i] = append(steps[i], "ended")
		}()
		return nil
	}
	for i := range steps {
		ctx := t.Context()
		if i == 3 {
			c, cancel := context.WithCancel(ctx)
			time.AfterFunc(50*time.Millisecond, cancel)
			ctx = c
		}
		if err := ask(ctx, i); i == 3 && !errors.Is(err, context.Canceled) {
			t.Errorf("the one who gave up: %v", err)
		}
	}
	back()
	waitUntil(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		n := 0
		for _, s := range steps {
			if slices.Contains(s, "ended") {
				n++
			}
		}
		return n == len(steps)-1
	})
	if n := len(person.Opened()); n != 1 {
		t.Errorf("%d browsers, want 1", n)
	}
	for i, s := range steps {
		if i != 3 && !slices.Equal(s, steps[0]) {
			t.Errorf("waiter %d was told %v, want %v", i, s, steps[0])
		}
	}
	if list, _ := a.Accounts(t.Context()); len(list) != 1 {
		t.Errorf("%d accounts", len(list))
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
	p := authtest.NewProvider(t)
	a, person, back := patient(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	request := SignInRequest{Provider: "authtest", Account: acc.ID}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := a.SignIn(ctx, request); !errors.Is(err, context.Canceled) {
				t.Errorf("after leaving: %v", err)
			}
		})
	}
	waitUntil(t, func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(a.signIns) == 1 && a.signIns[joinKey(request)].waiters == 3 && len(person.Opened()) == 1
	})
	j := a.signIns[joinKey(request)]
	cancel()
	all.Wait()
	<-j.done
	if !errors.Is(j.err, ErrCanceled) {
		t.Errorf("the sign-in ended with %v", j.err)
	}
	back()
	if _, err := a.SignIn(t.Context(), request); err != nil || len(person.Opened()) != 2 {
		t.Errorf("the next: %v, %d browsers", err, len(person.Opened()))
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
	same.MaxAge, same.LoginHint, same.Timeout, same.Observe = &sameHour, "mira", time.Second, func(Event) {}
	other.MaxAge = &day
	if joinKey(r) != joinKey(same) {
		t.Error("a hint or an observer makes a sign-in of its own")
	}
	if joinKey(r) == joinKey(other) {
		t.Error("another age is the same wish")
	}
}
