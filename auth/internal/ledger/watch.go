package ledger

import "context"

// Watch tells when anything changed, by this process or another, until ctx or the
// ledger's owner ends; then the channel is closed. Notices are coalesced.
func (l *Ledger) Watch(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	// Everything is listened to before this returns: no change after it is
	// missed.
	ctx, cancel := l.tasks.Within(ctx)
	var others <-chan struct{}
	if n, ok := l.store.(notifier); ok {
		others = n.Changes(ctx)
	}
	end := func() {
		cancel()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.watchers, ch)
		close(ch)
	}
	l.mu.Lock()
	l.watchers[ch] = struct{}{}
	l.mu.Unlock()
	if !l.tasks.Go(func(context.Context) {
		defer end()
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
	}) {
		end()
	}
	return ch
}

// Changed tells every watcher.
func (l *Ledger) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ch := range l.watchers {
		poke(ch)
	}
}

// poke leaves a notice if there is none yet.
func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
