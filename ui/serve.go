package ui

import (
	"context"
	"errors"
	"time"

	"github.com/claviger/claviger/internal/agent"
)

// takeOverAfter is how often the window looks whether the agent that serves programs in
// its place has ended.
const takeOverAfter = 20 * time.Second

// serve makes the window the agent, as soon as no other one is.
func (w *window) serve(ctx context.Context, s Services) {
	for {
		err := s.Serve(ctx, w.store.Gate(), w.store.Serving, w.store.Unlocked)
		w.store.NotServing(err)
		if !errors.Is(err, agent.ErrRunning) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(takeOverAfter):
		}
	}
}
