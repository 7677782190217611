package auth

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// The habits of [Agent.KeepFresh].
const (
	// lookEvery bounds the wait between two looks at the clock: a machine that
	// slept or whose clock was set is noticed within it.
	lookEvery = 30 * time.Second
	// listEvery bounds the time between two listings where no change is told.
	listEvery = 5 * time.Minute
	// Refreshes that failed are tried again after this, doubled each time.
	retryFirst = 30 * time.Second
	retryMost  = 15 * time.Minute
)

// KeepFresh refreshes tokens ahead of their end until ctx or the agent ends,
// so that whoever asks for one does not wait. Each token is refreshed when a
// fifth of its lifetime, at least a minute and a half, is left, a little
// earlier by chance: accounts of one start do not all ask at once. It blocks;
// a window runs it in a goroutine of its own.
func (a *Agent) KeepFresh(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(a.ctx, cancel)() //nolint:contextcheck // the agent's end, not the start of something
	k := &keeper{agent: a, slots: make(chan struct{}, atOnce), plans: map[string]*plan{}}
	defer k.running.Wait()
	changes := a.Watch(ctx)
	var listed time.Time
	for {
		if now := a.now(); now.Sub(listed) >= listEvery || now.Before(listed) {
			k.list(ctx)
			listed = now
		}
		timer := time.NewTimer(k.start(ctx))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case _, ok := <-changes:
			if !ok {
				timer.Stop()
				return
			}
			listed = time.Time{}
		case <-timer.C:
		}
		timer.Stop()
	}
}

// keeper has the plans of one KeepFresh.
type keeper struct {
	agent   *Agent
	slots   chan struct{}
	running sync.WaitGroup

	mu    sync.Mutex
	plans map[string]*plan
}

// plan is when an account is refreshed next.
type plan struct {
	expires time.Time
	due     time.Time
	// made is when due was reckoned: a clock that is before that was set back,
	// and due means nothing.
	made  time.Time
	retry time.Duration
	busy  bool
}

// list brings the plans up to date with the accounts.
func (k *keeper) list(ctx context.Context) {
	accounts, err := k.agent.Accounts(ctx)
	now := k.agent.now()
	if err != nil {
		k.agent.o.Log.Debug("listing accounts to keep fresh", "error", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	there := map[string]bool{}
	for _, acc := range accounts {
		if !acc.CanRefresh || acc.State == StateNeedsSignIn || acc.ExpiresAt.IsZero() {
			continue
		}
		there[acc.ID] = true
		if p := k.plans[acc.ID]; p == nil || !p.expires.Equal(acc.ExpiresAt) || now.Before(p.made.Add(-setBack)) {
			k.plans[acc.ID] = &plan{
				expires: acc.ExpiresAt, due: due(now, acc.IssuedAt, acc.ExpiresAt), made: now, busy: p != nil && p.busy,
			}
		}
	}
	for id := range k.plans {
		if !there[id] {
			delete(k.plans, id)
		}
	}
}

// due is when a token is refreshed: at once where the clock was set back since it
// was issued, as for whoever asks for it, since nothing is known of its age then.
func due(now, issued, expires time.Time) time.Time {
	if now.Before(issued.Add(-setBack)) {
		return now
	}
	return ahead(issued, expires)
}

// ahead is when a token is refreshed: with a fifth of its life left, at least
// 90 seconds but no more than half, and up to a tenth of that earlier by chance.
func ahead(issued, expires time.Time) time.Time {
	life := max(expires.Sub(issued), 0)
	left := min(max(life/5, 90*time.Second), life/2)
	if left > 0 {
		left += rand.N(left/10 + 1) //nolint:gosec // spreads load, protects nothing
	}
	return expires.Add(-left)
}

// start starts the refreshes that are due and returns how long to wait for the
// next, at most [lookEvery].
func (k *keeper) start(ctx context.Context) time.Duration {
	now := k.agent.now()
	wait := lookEvery
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, p := range k.plans {
		switch {
		case p.busy:
		case now.Before(p.due):
			wait = min(wait, p.due.Sub(now))
		default:
			p.busy = true
			k.running.Go(func() { k.refresh(ctx, id, p.expires) })
		}
	}
	return wait
}

// refresh refreshes one account, unless somebody else already did.
func (k *keeper) refresh(ctx context.Context, id string, expires time.Time) {
	var err error
	select {
	case k.slots <- struct{}{}:
		_, err = k.agent.refreshed(ctx, id, func(r *record) bool { return r.Tokens.Expires.Equal(expires) }, false)
		<-k.slots
	case <-ctx.Done():
		err = ctx.Err()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	p := k.plans[id]
	if p == nil {
		return
	}
	p.busy = false
	if err == nil || errors.Is(err, ErrNotStored) {
		return // the change that follows makes a new plan
	}
	p.retry = min(max(2*p.retry, retryFirst), retryMost)
	p.made = k.agent.now()
	p.due = p.made.Add(p.retry + rand.N(p.retry/5)) //nolint:gosec // spreads load, protects nothing
	var limit *RateLimitError
	if errors.As(err, &limit) && limit.Until.After(p.due) {
		p.due = limit.Until.Add(rand.N(p.retry / 5)) //nolint:gosec // spreads load, protects nothing
	}
}
