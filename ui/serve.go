package ui

import (
	"context"
	"errors"
	"time"

	"github.com/claviger/claviger/internal/agent"
)

// takeOverAfter is how often the window looks whether the agent that serves programs in
// its place has ended; takeOverSoon is how long after it did.
const (
	takeOverAfter = 20 * time.Second
	takeOverSoon  = time.Second
)

// serve makes the window the agent, as soon as no other one is. Until then, it asks for
// that one.
func (w *window) serve(ctx context.Context, s Services) {
	for {
		err := s.Serve(ctx, w.store.Programs.Gate(), w.store.Programs.Serving, w.store.Unlocked)
		w.store.Programs.NotServing(err)
		if !errors.Is(err, agent.ErrRunning) {
			return
		}
		pause := takeOverAfter
		// An error is that of an agent which is another program, or has ended.
		_ = s.AskFor(ctx, w.store.Programs.Asker(), func() {
			w.store.Programs.AskingForOther()
			pause = takeOverSoon
		})
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
