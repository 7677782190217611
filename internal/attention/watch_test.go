package attention

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
)

// source is a store of accounts that a test changes.
type source struct {
	mu       sync.Mutex
	accounts []*auth.Account
	receipts []*auth.Receipt
	err      error
	listed   int
	changes  chan struct{}
}

func (s *source) Accounts(context.Context) ([]*auth.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed++
	return s.accounts, s.err
}

func (s *source) Receipts(context.Context) ([]*auth.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.receipts, nil
}

func (s *source) Watch(context.Context) <-chan struct{} { return s.changes }

func (s *source) set(change func()) {
	s.mu.Lock()
	change()
	s.mu.Unlock()
	select {
	case s.changes <- struct{}{}:
	default:
	}
}

type locked struct{}

func (locked) Error() string { return "locked" }
func (locked) Code() string  { return "locked" }

func noTurn(context.Context) (func(), error) { return func() {}, nil }

// watched runs a watch in a bubble; later lets time pass.
func watched(t *testing.T, s *source, turn Turn) (h *heard, later func(time.Duration)) {
	s.changes = make(chan struct{}, 1)
	d, h := newTestDesk(&memory{})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { Watch(ctx, s, d, turn) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return h, func(d time.Duration) {
		time.Sleep(d)
		synctest.Wait()
	}
}

func account(id string, state auth.State) *auth.Account {
	return &auth.Account{ID: id, State: state, CanRefresh: true, SignedInAt: time.Now()}
}

func TestWatchSaysWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{accounts: []*auth.Account{account("a", auth.StateActive), account("b", auth.StateOffline)}}
		h, later := watched(t, s, noTurn)
		later(time.Hour)
		check(t, "all is well", h.take())
		s.set(func() { s.accounts[0] = account("a", auth.StateNeedsSignIn) })
		later(2 * time.Second)
		check(t, "refused", h.take(), "sign_in_needed +a")
		s.set(func() { s.err = locked{}; s.accounts = nil })
		later(2 * time.Second)
		check(t, "locked", h.take(), "sign_in_needed")
		s.set(func() { s.err = nil; s.accounts = []*auth.Account{account("a", auth.StateActive)} })
		later(2 * time.Second)
		check(t, "signed in again", h.take())
		s.set(func() {
			s.receipts = []*auth.Receipt{{Account: "c", At: time.Now().Add(-30 * 24 * time.Hour), EndedAt: time.Now(), Revoked: auth.Result{Outcome: auth.OutcomeFailed}}}
		})
		later(2 * time.Second)
		check(t, "given up", h.take(), "sign_out_failed +c")
		later(8 * 24 * time.Hour)
		check(t, "a week later", h.take(), "sign_out_failed +c", "sign_out_failed +c", "sign_out_failed")
	})
}

// A store that fails says nothing about the accounts.
func TestWatchKeepsWhatItKnowsIfTheStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{accounts: []*auth.Account{account("a", auth.StateNeedsSignIn)}}
		h, later := watched(t, s, noTurn)
		later(time.Minute)
		check(t, "refused", h.take(), "sign_in_needed +a")
		s.set(func() { s.accounts, s.err = nil, errors.New("disk") })
		later(time.Minute)
		check(t, "store fails", h.take())
	})
}

// The end of a sign-in is said ahead, at its time, without any change of the store; a
// short one is not, and one that refreshes move is not.
func TestWatchSaysTheEndAhead(t *testing.T) {
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		f    auth.Forecast
		when time.Duration // zero is never
	}{
		"a month":           {auth.Forecast{At: time.Time{}.Add(30 * day), Sure: auth.Stated}, 27 * day},
		"a working day":     {auth.Forecast{At: time.Time{}.Add(10 * time.Hour), Sure: auth.Documented}, 8 * time.Hour},
		"an hour":           {auth.Forecast{At: time.Time{}.Add(time.Hour), Sure: auth.Stated}, 0},
		"perhaps":           {auth.Forecast{At: time.Time{}.Add(30 * day), Sure: auth.Possible}, 0},
		"refreshes move it": {auth.Forecast{At: time.Time{}.Add(30 * day), Sure: auth.Stated, Moves: true}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := account("a", auth.StateActive)
			f := tc.f
			f.At = a.SignedInAt.Add(f.At.Sub(time.Time{}))
			a.Forecast = &f
			h, later := watched(t, &source{accounts: []*auth.Account{a}}, noTurn)
			if tc.when == 0 {
				later(40 * day)
				check(t, name, h.take())
				return
			}
			later(tc.when - time.Minute)
			check(t, name+": too early", h.take())
			later(2 * time.Minute)
			check(t, name, h.take(), "sign_in_ending +a")
		})
	}
}

// A token without a refresh token ends by itself: nothing in the store changes.
func TestWatchSaysThatATokenEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := account("a", auth.StateActive)
		a.CanRefresh, a.ExpiresAt = false, time.Now().Add(time.Hour)
		a.Forecast = &auth.Forecast{At: a.ExpiresAt, Why: auth.EndOfAccess, Sure: auth.Stated}
		s := &source{accounts: []*auth.Account{a}}
		h, later := watched(t, s, noTurn)
		later(time.Hour - time.Second)
		check(t, "good", h.take())
		later(2 * time.Second)
		check(t, "ended", h.take(), "sign_in_needed +a")
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.listed > 3 {
			t.Errorf("listed %d times within an hour", s.listed)
		}
	})
}

// Two processes do not both say it; with the end of the first, the second begins.
func TestWatchTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := make(chan struct{}, 1)
		take := func(ctx context.Context) (func(), error) {
			select {
			case turn <- struct{}{}:
				return func() { <-turn }, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		turn <- struct{}{} // the other process
		h, later := watched(t, &source{accounts: []*auth.Account{account("a", auth.StateNeedsSignIn)}}, take)
		later(time.Hour)
		check(t, "not its turn", h.take())
		<-turn
		later(time.Second)
		check(t, "its turn", h.take(), "sign_in_needed +a")
	})
}

// A busy store does not make the watch busy.
func TestWatchCollectsChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{}
		_, later := watched(t, s, noTurn)
		for range 1000 {
			s.set(func() {})
			later(10 * time.Millisecond)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.listed > 12 {
			t.Errorf("listed %d times in 10 seconds", s.listed)
		}
	})
}
