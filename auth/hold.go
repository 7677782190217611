package auth

import (
	"context"
	"fmt"
	"time"
)

// gate lets one goroutine of this process through at a time.
type gate struct {
	ch    chan struct{} // holds one element while somebody is inside
	users int
}

// holdPatience bounds every wait for a record, whose holder has no longer than
// [refreshTimeout] to do.
const holdPatience = refreshTimeout + 15*time.Second

// hold waits until this caller holds the record against goroutines and, with a
// [Locker], processes, or ctx ends, and no longer than [holdPatience].
func (a *Agent) hold(ctx context.Context, id string) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, holdPatience)
	defer cancel()
	return a.holdAsLong(ctx, id)
}

// holdAsLong is hold that waits as long as ctx does.
func (a *Agent) holdAsLong(ctx context.Context, id string) (release func(), err error) {
	a.mu.Lock()
	g := a.gates[id]
	if g == nil {
		g = &gate{ch: make(chan struct{}, 1)}
		a.gates[id] = g
	}
	g.users++
	inMemory := a.session[id] != nil
	a.mu.Unlock()
	leave := func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if g.users--; g.users == 0 {
			delete(a.gates, id)
		}
	}
	select {
	case g.ch <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	open := func() { <-g.ch; leave() }
	locker, ok := a.o.Store.(Locker)
	if !ok || inMemory {
		return open, nil
	}
	unlock, err := locker.LockRecord(ctx, id)
	if err != nil {
		open()
		return nil, fmt.Errorf("account %s: %w", id, err)
	}
	return func() { unlock(); open() }, nil
}
