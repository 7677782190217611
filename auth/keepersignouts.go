package auth

import (
	"context"
	"time"
)

// waitPlan is when a revocation is tried next.
type waitPlan struct {
	seen *signOut
	due  time.Time
	busy bool
	// again is as in [plan].
	again bool
}

// planSignOuts plans the revocations that wait. The caller holds the lock.
func (k *keeper) planSignOuts(outs []*signOut) {
	there := map[string]bool{}
	for _, s := range outs {
		if !s.receipt.Pending() {
			continue
		}
		id := s.receipt.Account
		there[id] = true
		p := k.signOuts[id]
		if p != nil && p.seen.receipt.Retry.Tries == s.receipt.Retry.Tries {
			continue
		}
		next := &waitPlan{seen: s, due: s.due(k.upkeep.now())}
		if p != nil {
			next.busy, next.again = p.busy, p.again
		}
		if next.again && !next.busy {
			next.hurry(k.upkeep.now())
		}
		k.signOuts[id] = next
	}
	for id := range k.signOuts {
		if !there[id] {
			delete(k.signOuts, id)
		}
	}
}

// hurry makes a revocation due, unless the provider asked for more time.
func (p *waitPlan) hurry(now time.Time) {
	p.due, p.again = now, false
	if p.seen.waits(now) {
		p.due = p.seen.notBefore
	}
}

// revoke tries one revocation.
func (k *keeper) revoke(ctx context.Context, id string, seen *signOut) {
	select {
	case k.slots <- struct{}{}:
		k.upkeep.signOuts.retry(ctx, seen) // what it came to stands in the receipt
		<-k.slots
	case <-ctx.Done():
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if p := k.signOuts[id]; p != nil {
		p.busy = false
		switch now := k.upkeep.now(); {
		case p.seen == seen:
			p.due = now.Add(retryFirst) // what it came to makes a new plan
		case p.again:
			p.hurry(now)
		}
	}
}
