package auth

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// started is what a Start in the background came to.
type started struct {
	flow *Flow
	err  error
}

// waiter is somebody in another process who wants the account signed in again.
type waiter struct {
	joining chan struct{} // closed when told that another one signs in
	done    chan started
	cancel  context.CancelFunc

	mu     sync.Mutex
	events []trace.Event
}

// wait starts a sign-in that finds another one under way.
func wait(t *testing.T, a *Agent, r SignInRequest) *waiter {
	t.Helper()
	w := &waiter{joining: make(chan struct{}), done: make(chan started, 1)}
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(t.Context())
	r.Observe = func(e trace.Event) {
		w.mu.Lock()
		w.events = append(w.events, e)
		w.mu.Unlock()
		if e.Step == trace.StepJoin && e.Phase == trace.Started {
			close(w.joining)
		}
	}
	go func() {
		f, err := a.Start(ctx, r)
		w.done <- started{f, err}
	}()
	select {
	case <-w.joining:
	case s := <-w.done:
		t.Fatalf("nobody was waited for: %+v", s)
	case <-time.After(10 * time.Second):
		t.Fatal("it waits and does not tell")
	}
	return w
}

// told is the last thing that the waiter heard of the other sign-in.
func (w *waiter) told() trace.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range slices.Backward(w.events) {
		if e.Step == trace.StepJoin {
			return e
		}
	}
	return trace.Event{}
}

// elsewhere is a store of which one process signs an account in again while
// the person is in its browser.
type elsewhere struct {
	p       *authtest.Provider
	store   *memStore
	acc     *Account
	request SignInRequest
	first   *Flow
	back    func()
}

func newElsewhere(t *testing.T, who authtest.Person) *elsewhere {
	t.Helper()
	e := &elsewhere{p: authtest.NewProvider(t), store: newMemStore()}
	a, _, back := patient(t, e.p, e.store)
	e.back = back
	e.acc = enroll(t, a, e.p, time.Hour)
	e.request = SignInRequest{Provider: "authtest", Account: e.acc.ID, Remember: true, Scopes: e.acc.Requested}
	e.p.SignsIn(who)
	var err error
	if e.first, err = a.Start(t.Context(), e.request); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool { return e.p.Count(authtest.Authorize) == 1 })
	e.p.SignsIn(authtest.Mira)
	return e
}

// process is another process with a person in a hurry.
func (e *elsewhere) process(t *testing.T) (*Agent, *authtest.Browser) {
	t.Helper()
	b := &authtest.Browser{}
	t.Cleanup(func() { b.Wait() })
	return storeAgent(t, e.p, e.store, func(o *Options) { o.Browser = b.Open }), b
}

// signsInItself fails unless a sign-in opens a browser of its own.
func signsInItself(t *testing.T, f *Flow, err error, b *authtest.Browser, want string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	acc, err := f.Wait(t.Context())
	if err != nil || f.Joined() || acc.ID != want || len(b.Opened()) != 1 {
		t.Errorf("%v, joined %v, %+v, %d browsers", err, f.Joined(), acc, len(b.Opened()))
	}
}

// Ten processes wait for one sign-in of their account: one browser opens, and
// tokens of this account and of others are read and refreshed meanwhile.
func TestSignInOfAnotherProcessIsJoined(t *testing.T) {
	e := newElsewhere(t, authtest.Mira)
	waiters, browsers := make([]*waiter, 10), make([]*authtest.Browser, 10)
	var other *Agent
	for i := range waiters {
		other, browsers[i] = e.process(t)
		waiters[i] = wait(t, other, e.request)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	e.p.SignsIn(authtest.Jonas)
	jonas := enroll(t, other, e.p, -time.Minute)
	e.p.SignsIn(authtest.Mira)
	for _, id := range []string{jonas.ID, e.acc.ID} {
		if tok, err := other.Token(ctx, id, 0); err != nil || tok.AccessToken.IsZero() {
			t.Errorf("a token meanwhile: %v", err)
		}
		if _, err := other.Refresh(ctx, id); err != nil {
			t.Errorf("a refresh meanwhile: %v", err)
		}
	}
	e.back()
	for i, w := range waiters {
		w.joins(t, e.acc)
		if n := len(browsers[i].Opened()); n != 0 {
			t.Errorf("waiter %d opened %d browsers", i, n)
		}
	}
}

// joins fails unless the waiter got the account that was signed in elsewhere.
func (w *waiter) joins(t *testing.T, before *Account) {
	t.Helper()
	s := <-w.done
	if s.err != nil {
		t.Fatal(s.err)
	}
	acc, err := s.flow.Wait(t.Context())
	if err != nil || !s.flow.Joined() || acc.ID != before.ID || !acc.SignedInAt.After(before.SignedInAt) {
		t.Errorf("%v, joined %v, %+v", err, s.flow.Joined(), acc)
	}
	if ev := w.told(); ev.Phase != trace.Done || ev.Detail != signedInElsewhere || ev.Took <= 0 {
		t.Errorf("told %+v", ev)
	}
	if err := s.flow.OpenBrowser(t.Context()); !errors.Is(err, ErrNoBrowser) || s.flow.URL() != "" {
		t.Errorf("there is nothing to open: %v, %q", err, s.flow.URL())
	}
	if err := s.flow.Paste("http://127.0.0.1/callback?code=x"); !errors.Is(err, ErrPasted) {
		t.Errorf("there is nothing to paste: %v", err)
	}
}

// Where the other one gives up, or somebody else signs in there, a waiter goes
// on with a browser of its own, one after the other.
func TestSignInElsewhereThatComesToNothing(t *testing.T) {
	for name, who := range map[string]authtest.Person{"cancelled": authtest.Mira, "somebody else": authtest.Jonas} {
		t.Run(name, func(t *testing.T) {
			e := newElsewhere(t, who)
			a, b := e.process(t)
			w := wait(t, a, e.request)
			if name == "cancelled" {
				e.first.Cancel()
			}
			e.back()
			s := <-w.done
			signsInItself(t, s.flow, s.err, b, e.acc.ID)
			if ev := w.told(); ev.Phase != trace.Done || ev.Detail != endedElsewhere {
				t.Errorf("told %+v", ev)
			}
			if list, _ := a.Accounts(t.Context()); (name == "cancelled") != (len(list) == 1) {
				t.Errorf("%d accounts", len(list))
			}
		})
	}
}

// A waiter can leave at once, or run out of time; the other goes on.
func TestWaiterLeaves(t *testing.T) {
	e := newElsewhere(t, authtest.Mira)
	a, b := e.process(t)
	w := wait(t, a, e.request)
	w.cancel()
	if s := <-w.done; !errors.Is(s.err, ErrCanceled) {
		t.Errorf("the one who gave up: %v", s.err)
	}
	if ev := w.told(); ev.Phase != trace.Broken {
		t.Errorf("told %+v", ev)
	}
	short := e.request
	short.Timeout = 2 * reportAfter
	if s := <-wait(t, a, short).done; !errors.Is(s.err, ErrTimeout) {
		t.Errorf("the one with little time: %v", s.err)
	}
	closed, _ := e.process(t)
	w = wait(t, closed, e.request)
	if err := closed.Close(); err != nil {
		t.Error(err)
	}
	if s := <-w.done; s.err == nil {
		t.Error("the agent was closed, and the wait went on")
	}
	e.back()
	if acc, err := e.first.Wait(t.Context()); err != nil || acc.ID != e.acc.ID {
		t.Errorf("the first: %v", err)
	}
	if n := len(b.Opened()); n != 0 {
		t.Errorf("%d browsers", n)
	}
}

// Nobody waits who wants to be alone, wants something else, does not want to be
// remembered, or signs in for the first time.
func TestSignInElsewhereIsLeftAlone(t *testing.T) {
	e := newElsewhere(t, authtest.Mira)
	for name, change := range map[string]func(*SignInRequest){
		"alone":          func(r *SignInRequest) { r.Alone = true },
		"groups":         func(r *SignInRequest) { r.Groups = true },
		"not remembered": func(r *SignInRequest) { r.Remember = false },
		"a new one":      func(r *SignInRequest) { r.Account = "" },
	} {
		t.Run(name, func(t *testing.T) {
			a, b := e.process(t)
			r := e.request
			change(&r)
			f, err := a.Start(t.Context(), r)
			signsInItself(t, f, err, b, e.acc.ID)
		})
	}
	t.Run("SignIn alone", func(t *testing.T) {
		a, b := e.process(t)
		r := e.request
		r.Alone = true
		if _, err := a.SignIn(t.Context(), r); err != nil || len(b.Opened()) != 1 {
			t.Errorf("%v, %d browsers", err, len(b.Opened()))
		}
	})
}

// A sign-in in the place of the awaited one that gave less than what is asked
// for is not taken for it.
func TestSignInElsewhereThatGaveLess(t *testing.T) {
	e := newElsewhere(t, authtest.Mira)
	r := e.request
	r.ExtraScopes = []string{"read:things"}
	a, b := e.process(t)
	person := make(chan struct{})
	slow := storeAgent(t, e.p, e.store, func(o *Options) {
		o.Browser = func(context.Context, string) error { <-person; return nil }
	})
	t.Cleanup(func() { close(person) })
	first, err := slow.Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	w := wait(t, a, r)
	e.back() // that one has no read:things
	if _, err := e.first.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	first.Cancel()
	s := <-w.done
	signsInItself(t, s.flow, s.err, b, e.acc.ID)
}
