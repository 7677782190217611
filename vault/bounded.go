package vault

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// bounded runs one call to the keyring. If a person is there for its dialog, it is waited
// for longer than for a call that hangs.
func bounded[T any](ctx context.Context, s *boundedStore, person bool, call func(context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var none T
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	late := time.NewTimer(s.timeout)
	defer late.Stop()
	busy := s.turn()
	select {
	case busy <- struct{}{}:
	case <-late.C:
		if s.over(ctx, busy) {
			return bounded(ctx, s, person, call)
		}
		return none, s.late()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-busy }()
		var r result
		defer func() {
			// The library asserts the types of what came over the bus.
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("%w: unexpected answer from it", ErrNoKeyring)}
			}
			done <- r
		}()
		r.value, r.err = call(inner)
	}()
	for {
		select {
		case r := <-done:
			if errors.Is(r.err, context.DeadlineExceeded) && ctx.Err() == nil {
				return none, s.late()
			}
			return r.value, classified(r.err)
		case <-ctx.Done():
			return none, ctx.Err()
		case <-late.C:
			if !person || !s.prompting() {
				s.leave(busy)
				return none, s.late()
			}
			person = false
			late.Reset(max(0, personPatience-s.timeout))
		}
	}
}

// turn is what the next call waits for.
func (s *boundedStore) turn() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

// leave notes that a call is left at a dialog, if there is one.
func (s *boundedStore) leave(busy chan struct{}) {
	dialog := s.prompting()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = dialog && s.busy == busy
}

// over reports whether the dialog is over at which a call was left: the keyring is open. If
// its service ended, the call never does, and no other one waits for it any more.
func (s *boundedStore) over(ctx context.Context, busy chan struct{}) bool {
	s.mu.Lock()
	left := s.left && s.busy == busy
	s.mu.Unlock()
	p, ok := s.KeyStore.(prober)
	if !left || !ok {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if p.Probe(ctx) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy == busy {
		s.busy, s.left = make(chan struct{}, 1), false
	}
	return true
}

// prompting says whether the keyring waits for a person.
func (s *boundedStore) prompting() bool {
	p, ok := s.KeyStore.(prompter)
	return ok && p.Prompting()
}

// late is the error for a call that took too long.
func (s *boundedStore) late() error {
	if s.prompting() {
		return fmt.Errorf("%w: it is waiting to be unlocked", ErrKeyringLocked)
	}
	return fmt.Errorf("%w within %s", ErrKeyringHangs, s.timeout)
}
