package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/claviger/claviger/auth/internal/tasks"
)

// Store keeps named records of bytes. Its contract is that of auth.Store.
type Store interface {
	List(ctx context.Context) ([]string, error)
	Get(ctx context.Context, name string) ([]byte, error)
	Put(ctx context.Context, name string, data []byte) error
	Delete(ctx context.Context, name string) error
}

// locker is a [Store] that can hold a record against other processes.
type locker interface {
	LockRecord(ctx context.Context, name string) (release func(), err error)
}

// notifier is a [Store] that tells of changes made by anybody.
type notifier interface {
	Changes(ctx context.Context) <-chan struct{}
}

// many is a [Store] that has a faster Get for reading many records.
type many interface {
	Many() (get func(ctx context.Context, name string) ([]byte, error), done func())
}

// Ledger is a store that may not be there. It is safe for concurrent use.
type Ledger struct {
	store Store
	tasks *tasks.Tasks

	mu       sync.Mutex
	gates    map[string]*gate // records held by this process
	watchers map[chan struct{}]struct{}
}

// New returns a ledger over a store; with nil nothing can be put into it.
func New(store Store, t *tasks.Tasks) *Ledger {
	return &Ledger{store: store, tasks: t, gates: map[string]*gate{}, watchers: map[chan struct{}]struct{}{}}
}

// Stores reports whether there is a store.
func (l *Ledger) Stores() bool { return l.store != nil }

// List lists the names of all records.
func (l *Ledger) List(ctx context.Context) ([]string, error) {
	if l.store == nil {
		return nil, nil
	}
	return l.store.List(ctx)
}

// Get reads a record. An error for which errors.Is(err, fs.ErrNotExist) means that
// there is none of that name.
func (l *Ledger) Get(ctx context.Context, name string) ([]byte, error) {
	if l.store == nil {
		return nil, fs.ErrNotExist
	}
	return l.store.Get(ctx, name)
}

// Many returns a [Ledger.Get] for reading many records, safe for concurrent use. Call
// done after the last one.
func (l *Ledger) Many() (get func(ctx context.Context, name string) ([]byte, error), done func()) {
	if store, ok := l.store.(many); ok {
		return store.Many()
	}
	return l.Get, func() {}
}

// Put writes a record.
func (l *Ledger) Put(ctx context.Context, name string, data []byte) error {
	if l.store == nil {
		return errors.New("there is no store")
	}
	return l.store.Put(ctx, name, data)
}

// Delete removes a record, if there is one.
func (l *Ledger) Delete(ctx context.Context, name string) error {
	if l.store == nil {
		return nil
	}
	return l.store.Delete(ctx, name)
}

// gate lets one goroutine of this process through at a time.
type gate struct {
	ch    chan struct{} // holds one element while somebody is inside
	users int
}

// Enter waits until this caller holds the record against other goroutines of this
// process, or ctx ends.
func (l *Ledger) Enter(ctx context.Context, name string) (release func(), err error) {
	l.mu.Lock()
	g := l.gates[name]
	if g == nil {
		g = &gate{ch: make(chan struct{}, 1)}
		l.gates[name] = g
	}
	g.users++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if g.users--; g.users == 0 {
			delete(l.gates, name)
		}
	}
	select {
	case g.ch <- struct{}{}:
		return func() { <-g.ch; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// Locks reports whether the store can hold a record against other processes.
func (l *Ledger) Locks() bool {
	_, ok := l.store.(locker)
	return ok
}

// Hold is [Ledger.Enter] that holds the record against other processes too, if the
// store can.
func (l *Ledger) Hold(ctx context.Context, name string) (release func(), err error) {
	open, err := l.Enter(ctx, name)
	if err != nil {
		return nil, err
	}
	store, ok := l.store.(locker)
	if !ok {
		return open, nil
	}
	unlock, err := store.LockRecord(ctx, name)
	if err != nil {
		open()
		return nil, fmt.Errorf("account %s: %w", name, err)
	}
	return func() { unlock(); open() }, nil
}
