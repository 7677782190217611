// Package tasks runs work in the background that ends with its owner.
package tasks

import (
	"context"
	"errors"
	"sync"
)

// ErrClosed means that the owner of the work has ended: nothing new begins.
var ErrClosed = errors.New("agent is closed")

// Tasks is the background work of one owner. It is safe for concurrent use.
type Tasks struct {
	ctx     context.Context // ends with Close
	stop    context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

// New returns an owner without work. Close ends it.
func New() *Tasks {
	ctx, stop := context.WithCancel(context.Background())
	return &Tasks{ctx: ctx, stop: stop}
}

// Go runs f in a goroutine that Close waits for; f must end soon after its
// context does. It reports false if the owner is closed.
func (t *Tasks) Go(f func(ctx context.Context)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.running.Go(func() { f(t.ctx) })
	return true
}

// Within returns a copy of ctx that ends with the owner, too.
func (t *Tasks) Within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unbind := context.AfterFunc(t.ctx, cancel)
	return ctx, func() { unbind(); cancel() }
}

// Close ends the work and waits for it.
func (t *Tasks) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.stop()
	t.running.Wait()
}
