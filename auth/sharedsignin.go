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
	so     []trace.Event // so far
	others []*trace.Log  // of the waiters
}

// joinKey separates sign-ins that must not share one browser: whoever asks
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

// once signs an account in again. All who ask for it at the same time
// share one browser; each stops waiting when its own context ends, and the last
// one to leave cancels the sign-in. No record is held meanwhile.
func (s *signIns) once(ctx context.Context, r SignInRequest) (*Account, error) {
	told := trace.NewLog(s.ask.now, r.Observe)
	j, _, err := s.shared.Join(ctx, joinKey(r), &sharedSignIn{}, func(ctx context.Context, j *sharedSignIn) {
		r.Observe = j.tell
		var f *Flow
		if f, j.err = s.start(ctx, r); j.err == nil {
			j.account, j.err = f.Wait(context.WithoutCancel(ctx)) // it ends with ctx
		}
	})
	if err != nil {
		return nil, err
	}
	j.It.add(told)
	err = s.shared.Wait(ctx, j)
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
func (j *sharedSignIn) tell(ev trace.Event) {
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

// add gives a waiter the events so far and from now on.
func (j *sharedSignIn) add(e *trace.Log) {
	j.mu.Lock()
	for _, ev := range j.so {
		e.Queue(ev)
	}
	j.others = append(j.others, e)
	j.mu.Unlock()
	e.Flush()
}
