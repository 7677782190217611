package auth

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/oauth"
)

// keeper has the plans of one KeepFresh.
type keeper struct {
	upkeep  *upkeep
	net     network
	slots   chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex
	plans    map[string]*plan     // by account
	signOuts map[string]*waitPlan // revocations, by the account that was
}

// plan is when an account is refreshed next.
type plan struct {
	expires time.Time
	due     time.Time
	// made is when due was reckoned: a clock that is before that was set back,
	// and due means nothing.
	made time.Time
	// notBefore is when the provider, which got too many requests, wants to be
	// asked again.
	notBefore time.Time
	retry     time.Duration
	busy      bool
	// again is set if the network came back during a try, which may have
	// begun without it.
	again bool
	// offline accounts wait for the network. One that cannot be refreshed is
	// checked instead.
	offline, check bool
}

func newKeeper(u *upkeep) *keeper {
	k := &keeper{
		upkeep: u, net: network{addresses: u.addresses}, slots: make(chan struct{}, atOnce),
		plans: map[string]*plan{}, signOuts: map[string]*waitPlan{},
	}
	k.net.changed()
	return k
}

// due is when an account is tried next; zero if it is not planned.
func (k *keeper) due(id string) time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p := k.plans[id]; p != nil {
		return p.due
	}
	return time.Time{}
}

// list brings the plans up to date with accounts and sign-outs. It reports whether there
// may be accounts of which none could be read.
func (k *keeper) list(ctx context.Context) (unread bool) {
	accounts, err := k.upkeep.refreshes.accounts.list(ctx, decodeSummary)
	if err != nil {
		k.upkeep.log.Debug("listing accounts to keep fresh", "error", err)
		unread = len(accounts) == 0
	}
	outs, err := k.upkeep.signOuts.receipts.all(ctx)
	if err != nil {
		k.upkeep.log.Debug("listing sign-outs that wait", "error", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	there := map[string]bool{}
	for _, acc := range accounts {
		if k.planFor(acc) {
			there[acc.ID] = true
		}
	}
	for id := range k.plans {
		if !there[id] {
			delete(k.plans, id)
		}
	}
	k.planSignOuts(outs)
	return unread
}

// planFor plans an account, or reports that there is nothing to plan. The caller
// holds the lock.
func (k *keeper) planFor(acc *Account) bool {
	offline, timed := acc.State == StateOffline, acc.CanRefresh && !acc.ExpiresAt.IsZero()
	if acc.State == StateNeedsSignIn || !timed && !offline {
		return false
	}
	now, p := k.upkeep.now(), k.plans[acc.ID]
	if p == nil || !p.expires.Equal(acc.ExpiresAt) || p.offline && !offline || now.Before(p.made.Add(-setBack)) {
		p = newPlan(acc, now, p)
		k.plans[acc.ID] = p
	}
	p.see(acc, now)
	return true
}

// newPlan plans an account anew; old is its plan before, or nil.
func newPlan(acc *Account, now time.Time, old *plan) *plan {
	p := &plan{expires: acc.ExpiresAt, due: now.Add(retryFirst), made: now, check: !acc.CanRefresh}
	if acc.CanRefresh && !acc.ExpiresAt.IsZero() {
		p.due = due(now, acc.IssuedAt, acc.ExpiresAt)
	}
	if old != nil {
		p.busy, p.again = old.busy, old.again
	}
	return p
}

// see takes over what became of the account: one that went offline is tried
// soon, whatever is left of its token, so that it becomes active again.
func (p *plan) see(acc *Account, now time.Time) {
	offline := acc.State == StateOffline
	if offline && !p.waiting() && p.due.After(now) {
		p.retry = retryFirst
		p.due = minTime(p.due, now.Add(retryFirst))
	}
	p.offline = offline
	if left := acc.RetryAt.Sub(now); left > 0 && left <= oauth.MaxRetryAfter {
		p.notBefore = acc.RetryAt
	}
}

// due is when a token is refreshed: at once if the clock was set back since it
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

// start starts what is due and returns how long to wait for the next, at most
// [lookEvery], or [lookForNetEvery] while something waits for the network.
func (k *keeper) start(ctx context.Context) time.Duration {
	now := k.upkeep.now()
	wait := lookEvery
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.signOuts) > 0 {
		wait = lookForNetEvery
	}
	for id, p := range k.plans {
		if p.waiting() {
			wait = min(wait, lookForNetEvery)
		}
		switch at := maxTime(p.due, p.notBefore); {
		case p.busy:
		case now.Before(at):
			wait = min(wait, at.Sub(now))
		default:
			p.busy = true
			was := *p
			k.running.Go(func() { k.refresh(ctx, id, was) })
		}
	}
	for id, p := range k.signOuts {
		switch {
		case p.busy:
		case now.Before(p.due):
			wait = min(wait, p.due.Sub(now))
		default:
			p.busy = true
			k.running.Go(func() { k.revoke(ctx, id, p.seen) })
		}
	}
	return wait
}

// waiting reports whether an account waits for the network.
func (p *plan) waiting() bool { return p.offline || p.retry > 0 }

// hurry makes everything due that waits for the network, and begins the waits
// between further tries anew.
func (k *keeper) hurry() {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.upkeep.now()
	for _, p := range k.plans {
		switch {
		case p.busy:
			p.again = true
		case p.waiting():
			p.due, p.made, p.retry = now, now, 0
		}
	}
	for _, p := range k.signOuts {
		if p.busy {
			p.again = true
		} else {
			p.hurry(now)
		}
	}
}

// refresh refreshes one account, unless another process already did.
func (k *keeper) refresh(ctx context.Context, id string, was plan) {
	var err error
	select {
	case k.slots <- struct{}{}:
		if was.check {
			_, err = k.upkeep.refreshes.check(ctx, id)
		} else {
			_, err = k.upkeep.refreshes.refreshed(ctx, id, func(r *record) bool { return r.Tokens.Expires.Equal(was.expires) }, false)
		}
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
		p.again = false
		return // the change that follows makes a new plan
	}
	if p.again {
		p.retry, p.again = 0, false
		p.made = k.upkeep.now()
		p.due = p.made
		return
	}
	p.retry = min(max(2*p.retry, retryFirst), retryMost)
	p.made = k.upkeep.now()
	p.due = p.made.Add(p.retry + rand.N(p.retry/5)) //nolint:gosec // spreads load, protects nothing
	var limit *oauth.RateLimitError
	if errors.As(err, &limit) && limit.Until.After(p.due) {
		p.due = limit.Until.Add(rand.N(p.retry / 5)) //nolint:gosec // spreads load, protects nothing
	}
}

func minTime(x, y time.Time) time.Time {
	if y.Before(x) {
		return y
	}
	return x
}

func maxTime(x, y time.Time) time.Time {
	if y.After(x) {
		return y
	}
	return x
}
