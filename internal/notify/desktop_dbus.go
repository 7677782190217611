//go:build linux || freebsd || openbsd || netbsd

package notify

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

const native = true

const (
	// retryFirst is how long it takes until a notification that was not shown is tried
	// again: the desktop may be starting. It doubles, up to retryMost.
	retryFirst = 15 * time.Second
	retryMost  = 10 * time.Minute
)

// Desktop shows notifications through the session's bus. It is safe for concurrent use.
type Desktop struct {
	o    Options
	wake chan struct{}

	mu sync.Mutex
	// wanted is what is to be shown, and changed which slots the desktop does not know
	// of yet.
	wanted  map[string]Note
	changed map[string]bool
}

// New returns a desktop. [Desktop.Run] does its work.
func New(o Options) *Desktop {
	return &Desktop{o: o, wake: make(chan struct{}, 1), wanted: map[string]Note{}, changed: map[string]bool{}}
}

// Show has a notification shown in place of the one in the slot. It does not wait.
func (d *Desktop) Show(slot string, n Note) {
	d.change(slot, func() { d.wanted[slot] = n })
}

// Close takes a notification away. It does not wait.
func (d *Desktop) Close(slot string) {
	d.change(slot, func() { delete(d.wanted, slot) })
}

func (d *Desktop) change(slot string, f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
	d.changed[slot] = true
	d.stir()
}

func (d *Desktop) stir() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// take is what the desktop does not know of yet; nil notes are to be closed.
func (d *Desktop) take() map[string]*Note {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]*Note{}
	for slot := range d.changed {
		out[slot] = nil
		if n, ok := d.wanted[slot]; ok {
			out[slot] = &n
		}
	}
	clear(d.changed)
	return out
}

// again notes that slots were not shown, unless they changed since.
func (d *Desktop) again(slots []string) (waiting bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, slot := range slots {
		if _, ok := d.wanted[slot]; ok {
			d.changed[slot], waiting = true, true
		}
	}
	return waiting
}

// Run shows what is wanted until ctx ends, and then takes it away.
func (d *Desktop) Run(ctx context.Context) {
	s := &session{d: d, ids: map[string]uint32{}}
	defer s.end(ctx)
	retry := time.NewTimer(retryFirst) // not at once: what just failed would be asked again
	defer retry.Stop()
	wait := retryFirst
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.lost():
			s.close()
			continue
		case sig := <-s.signals():
			s.signal(ctx, sig)
			continue
		case <-d.wake:
		case <-retry.C:
		}
		if !d.again(s.update(ctx, d.take())) {
			wait = retryFirst
			continue
		}
		retry.Reset(wait)
		wait = min(2*wait, retryMost)
	}
}

// update brings the slots up to date, and returns those that it could not.
func (s *session) update(ctx context.Context, changed map[string]*Note) (left []string) {
	for _, slot := range slices.Sorted(maps.Keys(changed)) {
		var err error
		if n := changed[slot]; n != nil {
			err = s.show(ctx, slot, *n)
		} else {
			s.take(ctx, slot)
		}
		if err != nil {
			left = append(left, slot)
			if s.d.o.Failed != nil {
				s.d.o.Failed(err)
			}
		}
	}
	return left
}
