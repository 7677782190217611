package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// lifespan is how many more steps a process lives; 0 is for ever.
type lifespan struct {
	mu    sync.Mutex
	left  int
	count int
}

var errDead = errors.New("the process is dead")

// step reports whether the process still lives to make it.
func (l *lifespan) step() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	if l.left > 0 && l.count >= l.left {
		return errDead
	}
	return nil
}

func (l *lifespan) used() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// mortalStore changes nothing any more once its process is dead.
type mortalStore struct {
	*memStore
	life *lifespan
}

func (s mortalStore) Put(ctx context.Context, name string, data []byte) error {
	if err := s.life.step(); err != nil {
		return err
	}
	return s.memStore.Put(ctx, name, data)
}

func (s mortalStore) Delete(ctx context.Context, name string) error {
	if err := s.life.step(); err != nil {
		return err
	}
	return s.memStore.Delete(ctx, name)
}

// mortalTransport sends nothing any more.
type mortalTransport struct {
	base http.RoundTripper
	life *lifespan
}

func (m mortalTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := m.life.step(); err != nil {
		return nil, err
	}
	return m.base.RoundTrip(r)
}

// undeleting is a store that does not remove one name.
type undeleting struct {
	*memStore
	name string
}

func (s *undeleting) Delete(ctx context.Context, name string) error {
	if name == s.name {
		return errReadOnly
	}
	return s.memStore.Delete(ctx, name)
}
