package auth

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/claviger/claviger/auth/trace"
)

// sharedSignIn is the sign-in of one account under way, shared by everybody who
// waits for it.
type sharedSignIn struct {
	// Set when it ends.
	account *Account
	err     error

	mu     sync.Mutex
	so     []Event      // so far
	others []*trace.Log // of the waiters
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
	told := trace.NewLog(a.now, r.Observe)
	j, _, err := a.signIns.Join(ctx, joinKey(r), &sharedSignIn{}, func(ctx context.Context, s *sharedSignIn) {
		r.Observe = s.tell
		var f *Flow
		if f, s.err = a.Start(ctx, r); s.err == nil {
			s.account, s.err = f.Wait(context.WithoutCancel(ctx)) // it ends with ctx
		}
	})
	if err != nil {
		return nil, err
	}
	j.It.add(told)
	err = a.signIns.Wait(ctx, j)
	told.Finish()
	switch {
	case err != nil:
		return nil, err
	case j.It.account == nil:
		return nil, j.It.err
	}
	account := *j.It.account
	return &account, j.It.err
}

// tell passes an event on to every waiter.
func (j *sharedSignIn) tell(ev Event) {
	j.mu.Lock()
	j.so = append(j.so, ev)
	others := slices.Clone(j.others)
	for _, e := range others {
		e.Queue(ev) // in their order, before anybody else's
	}
	j.mu.Unlock()
	for _, e := range others {
		e.Flush()
	}
}

// add tells a waiter what happened so far and from now on.
func (j *sharedSignIn) add(e *trace.Log) {
	j.mu.Lock()
	for _, ev := range j.so {
		e.Queue(ev)
	}
	j.others = append(j.others, e)
	j.mu.Unlock()
	e.Flush()
}
