package tasks

import (
	"context"
	"sync"
)

// Shared is work that everybody who wants the same of it at the same time does
// once and waits for together. T is what they share.
type Shared[T any] struct {
	tasks *Tasks

	mu       sync.Mutex
	underWay map[string]*Joint[T]
}

// Joint is one such work under way.
type Joint[T any] struct {
	// It is what all share. What the work sets of it may be read once [Shared.Wait]
	// returned nil.
	It      T
	key     string
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int // guarded by Shared.mu
}

// NewShared returns an owner's shared work, with none under way.
func NewShared[T any](t *Tasks) *Shared[T] {
	return &Shared[T]{tasks: t, underWay: map[string]*Joint[T]{}}
}

// Join joins the work of that key or starts it on it; mine says that it was
// started. Whoever joins must wait. The work outlives the caller, whose values its
// context keeps. It ends early with its owner, and if the last one who waits
// leaves. The error is [ErrClosed].
func (s *Shared[T]) Join(ctx context.Context, key string, it T, work func(ctx context.Context, it T)) (j *Joint[T], mine bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j := s.underWay[key]; j != nil {
		j.waiters++
		return j, false, nil
	}
	run, cancel := s.tasks.Within(context.WithoutCancel(ctx))
	j = &Joint[T]{It: it, key: key, done: make(chan struct{}), cancel: cancel, waiters: 1}
	if !s.tasks.Go(func(context.Context) {
		defer cancel()
		work(run, j.It)
		s.mu.Lock()
		s.remove(j)
		s.mu.Unlock()
		close(j.done)
	}) {
		cancel()
		return nil, false, ErrClosed
	}
	s.underWay[key] = j
	return j, true, nil
}

// Wait waits for the end of the work. An error is that of ctx: then this one has
// left, and the last one to leave cancels the work.
func (s *Shared[T]) Wait(ctx context.Context, j *Joint[T]) error {
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.waiters--; j.waiters == 0 {
		j.cancel()
		s.remove(j)
	}
	return ctx.Err()
}

// remove lets the next one who wants the same begin anew. The caller holds the lock.
func (s *Shared[T]) remove(j *Joint[T]) {
	if s.underWay[j.key] == j {
		delete(s.underWay, j.key)
	}
}
