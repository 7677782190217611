package auth

import "context"

// Watch tells when any account changed, by this process or another, until ctx
// or the agent ends; then the channel is closed. Notices are coalesced: list
// again.
func (a *Agent) Watch(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	// Everything is listened to before this returns: no change after it is
	// missed.
	ctx, cancel := context.WithCancel(ctx)
	var others <-chan struct{}
	if n, ok := a.o.Store.(Notifier); ok {
		others = n.Changes(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.watchers[ch] = struct{}{}
	started := a.backgroundLocked(func(agent context.Context) {
		defer cancel()
		defer context.AfterFunc(agent, cancel)()
		defer func() {
			a.mu.Lock()
			delete(a.watchers, ch)
			close(ch)
			a.mu.Unlock()
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case _, ok := <-others:
				if !ok {
					others = nil // a nil channel never receives
					continue
				}
				poke(ch)
			}
		}
	})
	if !started {
		cancel()
		delete(a.watchers, ch)
		close(ch)
	}
	return ch
}

// changed tells every watcher.
func (a *Agent) changed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for ch := range a.watchers {
		poke(ch)
	}
}

// poke leaves a notice where there is none yet.
func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
