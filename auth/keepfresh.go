package auth

import (
	"context"
	"time"
)

// The habits of [Agent.KeepFresh].
const (
	// lookEvery bounds the wait between two looks at the clock: a machine that
	// slept or whose clock was set is noticed within it.
	lookEvery = 30 * time.Second
	// lookForNetEvery bounds it while something waits for the network.
	lookForNetEvery = 3 * time.Second
	// listEvery bounds the time between two listings where no change is told.
	listEvery = 5 * time.Minute
	// Refreshes that failed are tried again after this, doubled each time.
	retryFirst = 30 * time.Second
	retryMost  = 15 * time.Minute
)

// KeepFresh refreshes tokens ahead of their end until ctx or the agent ends,
// so that whoever asks for one does not wait. Each token is refreshed when a
// fifth of its lifetime, at least a minute and a half, is left, a little
// earlier by chance: accounts of one start do not all ask at once.
//
// It also tries what waits for the network ([Agent.Waiting]): accounts that are
// offline and revocations that did not reach their provider, less and less
// often, and at once when this machine's addresses change or it wakes from
// sleep, unless a provider asked for more time (Retry-After).
//
// It blocks; a window runs it in a goroutine of its own.
func (a *Agent) KeepFresh(ctx context.Context) {
	ctx, cancel := a.tasks.Within(ctx)
	defer cancel()
	k := newKeeper(a)
	defer k.running.Wait()
	defer k.enlist()()
	changes := a.Watch(ctx)
	var listed time.Time
	for {
		if now := a.now(); now.Sub(listed) >= listEvery || now.Before(listed) {
			k.list(ctx)
			listed = now
		}
		wait := k.start(ctx)
		slept := startNap(a, wait)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case _, ok := <-changes:
			if !ok {
				timer.Stop()
				return
			}
			listed = time.Time{}
		case <-timer.C:
		}
		timer.Stop()
		if back := k.net.changed(); slept() || back {
			k.hurry()
		}
	}
}
