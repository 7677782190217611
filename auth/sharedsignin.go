package auth

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// sharedSignIn is the sign-in of one account under way, shared by everybody who
// waits for it.
type sharedSignIn struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int // guarded by Agent.mu
	// Set before done is closed.
	account *Account
	err     error

	mu     sync.Mutex
	so     []Event   // so far
	others []*events // of the waiters
}

// joinKey tells sign-ins apart that must not share one browser: whoever asks
// for other than another does not get by with what that one is given. Only what
// changes nothing about the outcome is left out.
func joinKey(r SignInRequest) string {
	age := ""
	if r.MaxAge != nil {
		age = r.MaxAge.String()
	}
	r.MaxAge, r.Observe, r.Timeout, r.LoginHint, r.UILocales = nil, nil, 0, "", nil
	return fmt.Sprintf("%#v %s", r, age)
}

// signInOnce signs an account in again. All who ask for it at the same time
// share one browser; each stops waiting when its own context ends, and the last
// one to leave cancels the sign-in. No record is held meanwhile.
func (a *Agent) signInOnce(ctx context.Context, r SignInRequest) (*Account, error) {
	key, told := joinKey(r), newEvents(a.now, r.Observe)
	j, err := a.joinSignIn(ctx, key, r)
	if err != nil {
		return nil, err
	}
	j.add(told)
	select {
	case <-j.done:
	case <-ctx.Done():
		a.leaveSignIn(key, j)
		told.finish()
		return nil, ctx.Err()
	}
	told.finish()
	if j.account == nil {
		return nil, j.err
	}
	account := *j.account
	return &account, j.err
}

// joinSignIn joins the sign-in of that key or starts one.
func (a *Agent) joinSignIn(ctx context.Context, key string, r SignInRequest) (*sharedSignIn, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if j := a.signIns[key]; j != nil {
		j.waiters++
		return j, nil
	}
	// It outlives the caller, whose values it keeps, and ends with the agent.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	j := &sharedSignIn{done: make(chan struct{}), cancel: cancel, waiters: 1}
	r.Observe = j.tell
	if !a.backgroundLocked(func(agent context.Context) {
		defer context.AfterFunc(agent, cancel)()
		defer cancel()
		var f *Flow
		if f, j.err = a.Start(work, r); j.err == nil {
			j.account, j.err = f.Wait(context.WithoutCancel(work)) // it ends with work
		}
		a.mu.Lock()
		if a.signIns[key] == j {
			delete(a.signIns, key)
		}
		a.mu.Unlock()
		close(j.done)
	}) {
		cancel()
		return nil, errClosed
	}
	a.signIns[key] = j
	return j, nil
}

// leaveSignIn stops waiting.
func (a *Agent) leaveSignIn(key string, j *sharedSignIn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if j.waiters--; j.waiters > 0 {
		return
	}
	j.cancel()
	if a.signIns[key] == j {
		delete(a.signIns, key)
	}
}

// tell passes an event on to every waiter.
func (j *sharedSignIn) tell(ev Event) {
	j.mu.Lock()
	j.so = append(j.so, ev)
	others := slices.Clone(j.others)
	for _, e := range others {
		e.queue(ev) // in their order, before anybody else's
	}
	j.mu.Unlock()
	for _, e := range others {
		e.flush()
	}
}

// add tells a waiter what happened so far and from now on.
func (j *sharedSignIn) add(e *events) {
	j.mu.Lock()
	for _, ev := range j.so {
		e.queue(ev)
	}
	j.others = append(j.others, e)
	j.mu.Unlock()
	e.flush()
}
