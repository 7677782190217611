package ledger

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/internal/asking"
)

// Memory holds what a store does not have: what is never to be stored, and what the
// store has not taken yet. It is safe for concurrent use.
type Memory[V any] struct {
	tasks *tasks.Tasks
	pace  Pace
	write func(ctx context.Context, name string, v V) error
	rest  func(now, written V) (V, bool)

	mu      sync.Mutex
	held    map[string]held[V]
	writing bool // somebody is about to write
}

// held is a value in memory.
type held[V any] struct {
	v     V
	owing bool // the store is to have it
}

// Pace is when what the store has not taken is written.
type Pace struct {
	// First is the wait before the first try; zero: only [Memory.Flush] tries.
	First time.Duration
	// Most bounds the waits between further tries, each twice the one before;
	// zero: there are none.
	Most time.Duration
	// Patience bounds one try of all; zero is no bound.
	Patience time.Duration
}

// NewMemory returns an empty memory. write stores a value under its name. rest says
// what of a value is still to be written once an earlier form of it was.
func NewMemory[V any](t *tasks.Tasks, pace Pace, write func(ctx context.Context, name string, v V) error, rest func(now, written V) (V, bool)) *Memory[V] {
	return &Memory[V]{tasks: t, pace: pace, write: write, rest: rest, held: map[string]held[V]{}}
}

// Get returns what is held under a name. owing says that the store is to have it.
func (m *Memory[V]) Get(name string) (v V, owing, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.held[name]
	return h.v, h.owing, ok
}

// Each calls f with all that is held, in no order.
func (m *Memory[V]) Each(f func(name string, v V, owing bool)) {
	m.mu.Lock()
	all := make(map[string]held[V], len(m.held))
	for name, h := range m.held {
		all[name] = h
	}
	m.mu.Unlock()
	for name, h := range all {
		f(name, h.v, h.owing)
	}
}

// Keep holds a value that is never to be stored.
func (m *Memory[V]) Keep(name string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[name] = held[V]{v: v}
}

// Owe holds a value until the store has it.
func (m *Memory[V]) Owe(name string, v V) {
	m.Change(name, true, func(V) V { return v })
}

// Change replaces what is held, the zero value if nothing is.
func (m *Memory[V]) Change(name string, owing bool, change func(V) V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[name] = held[V]{change(m.held[name].v), owing}
	if owing && !m.writing && m.pace.First > 0 {
		m.writing = m.tasks.Go(m.writeSoon)
	}
}

// Drop forgets what is held under a name.
func (m *Memory[V]) Drop(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.held, name)
}

// writeSoon tries at the memory's pace, until the store has everything or the owner
// ends.
func (m *Memory[V]) writeSoon(ctx context.Context) {
	for wait := m.pace.First; ; wait = min(2*wait, m.pace.Most) {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		m.mu.Lock()
		m.writing = false // what comes from here on starts another
		m.mu.Unlock()
		_ = m.tryAll(ctx) // write has said so; it comes again
		m.mu.Lock()
		again := m.pace.Most > 0 && !m.writing && m.owes()
		m.writing = m.writing || again
		m.mu.Unlock()
		if !again {
			return
		}
	}
}

func (m *Memory[V]) tryAll(ctx context.Context) error {
	ctx = asking.Quiet(ctx) // nobody waits for it
	if m.pace.Patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, m.pace.Patience)
		defer cancel()
	}
	return m.Flush(ctx)
}

// owes reports whether the store is to have any of it. The caller holds the lock.
func (m *Memory[V]) owes() bool {
	for _, h := range m.held {
		if h.owing {
			return true
		}
	}
	return false
}

// Flush tries to store what the store has not taken. The error joins those of
// writing; what they are about stays.
func (m *Memory[V]) Flush(ctx context.Context) error {
	var failed []error
	m.Each(func(name string, v V, owing bool) {
		if !owing {
			return
		}
		if err := m.write(ctx, name, v); err != nil {
			failed = append(failed, err)
			return
		}
		m.written(name, v)
	})
	return errors.Join(failed...)
}

// written drops what the store has now.
func (m *Memory[V]) written(name string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, ok := m.held[name]
	if !ok || !now.owing {
		return
	}
	if rest, more := m.rest(now.v, v); more {
		m.held[name] = held[V]{rest, true}
	} else {
		delete(m.held, name)
	}
}
