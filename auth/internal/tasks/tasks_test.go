package tasks_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth/internal/tasks"
)

func TestCloseEndsTheWorkAndWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		owner := tasks.New()
		ended := false
		if !owner.Go(func(ctx context.Context) { <-ctx.Done(); ended = true }) {
			t.Fatal("it did not begin")
		}
		within, cancel := owner.Within(t.Context())
		defer cancel()
		owner.Close()
		if !ended {
			t.Error("Close did not wait")
		}
		synctest.Wait() // contexts end in a goroutine of their own
		if within.Err() == nil {
			t.Error("a context outlives its owner")
		}
		if owner.Go(func(context.Context) { t.Error("it began after the end") }) {
			t.Error("work begins after the end")
		}
	})
}

// shared is work that ends when it is let go, or its context ends.
type shared struct {
	let chan struct{}
	err error
}

func (s *shared) run(ctx context.Context) {
	select {
	case <-s.let:
	case <-ctx.Done():
		s.err = ctx.Err()
	}
}

func TestAllWhoWantTheSameShareIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		owner := tasks.New()
		defer owner.Close()
		group := tasks.NewShared[*shared](owner)
		var begun atomic.Int32
		join := func(ctx context.Context, key string) (*tasks.Joint[*shared], bool) {
			j, mine, err := group.Join(ctx, key, &shared{let: make(chan struct{})}, func(ctx context.Context, s *shared) {
				begun.Add(1)
				s.run(ctx)
			})
			if err != nil {
				t.Fatal(err)
			}
			return j, mine
		}
		impatient, leave := context.WithCancel(t.Context())
		first, mine := join(impatient, "a")
		second, also := join(t.Context(), "a")
		if !mine || also || first != second {
			t.Error("the second began it again")
		}
		leave()
		if err := group.Wait(impatient, first); !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		other, _ := join(t.Context(), "b")
		close(second.It.let)
		close(other.It.let)
		if err := errors.Join(group.Wait(t.Context(), second), group.Wait(t.Context(), other)); err != nil || second.It.err != nil {
			t.Errorf("who stayed: %v, the work: %v", err, second.It.err)
		}
		next, mine := join(t.Context(), "a")
		if !mine {
			t.Error("what ended is joined")
		}
		close(next.It.let)
		if err := group.Wait(t.Context(), next); err != nil || begun.Load() != 3 {
			t.Errorf("%v, %d began", err, begun.Load())
		}
	})
}

func TestTheLastToLeaveCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		owner := tasks.New()
		group := tasks.NewShared[*shared](owner)
		ctx, leave := context.WithCancel(t.Context())
		work := func(ctx context.Context, s *shared) { s.run(ctx) }
		var last *tasks.Joint[*shared]
		for range 3 {
			j, _, err := group.Join(ctx, "a", &shared{}, work)
			if err != nil {
				t.Fatal(err)
			}
			last = j
		}
		leave()
		for range 3 {
			_ = group.Wait(ctx, last)
		}
		next, mine, err := group.Join(t.Context(), "a", &shared{}, work)
		if err != nil || !mine {
			t.Errorf("the next joined what was cancelled: %v", err)
		}
		owner.Close()
		for name, j := range map[string]*tasks.Joint[*shared]{"left by all": last, "of an owner that ended": next} {
			if !errors.Is(j.It.err, context.Canceled) {
				t.Errorf("%s: it ended with %v", name, j.It.err)
			}
		}
		if _, _, err := group.Join(t.Context(), "a", &shared{}, work); !errors.Is(err, tasks.ErrClosed) {
			t.Errorf("after the end: %v", err)
		}
	})
}
