package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/asking"
)

// KeyStore is a place for small secrets such as a system keyring.
type KeyStore interface {
	// Name is for people: "Secret Service (gnome-keyring)".
	Name() string
	// Get returns an error wrapping [io/fs.ErrNotExist] for a name that is not
	// there, and one wrapping [ErrKeyringLocked] if a person must unlock
	// the keyring first.
	Get(ctx context.Context, name string) ([]byte, error)
	Set(ctx context.Context, name string, secret []byte) error
	// Removing a name that is not there is not an error.
	Remove(ctx context.Context, name string) error
}

// prober is a [KeyStore] that can say whether it is usable without reading an
// item: reading could ask a person to unlock it.
type prober interface {
	Probe(ctx context.Context) error
}

// sleeper is a [KeyStore] whose service runs only once someone asks for it.
type sleeper interface {
	Asleep(ctx context.Context) (bool, error)
}

// prompter is a [KeyStore] that knows whether it waits for a person.
type prompter interface {
	Prompting() bool
}

// boundedStore puts a time limit on each call to a KeyStore that may not heed
// its context: D-Bus calls can hang for ever, and so can a dialog that no one
// sees. A call that hangs keeps the next from starting, so that at most one
// goroutine and one dialog are left behind.
type boundedStore struct {
	KeyStore
	timeout time.Duration

	mu   sync.Mutex
	busy chan struct{}
	// left is whether the call that is busy was left at a dialog.
	left bool
	// dismissed is when a person last closed the dialog.
	dismissed time.Time
}

// dismissedFor is for how long a dialog that was closed does not come back: at its start
// a program asks for one key many times.
const dismissedFor = 5 * time.Second

// personPatience bounds the wait for a person who is at the dialog: they asked for it, or
// choose the password of a new keyring.
const personPatience = 2 * time.Minute

func newBoundedStore(s KeyStore, timeout time.Duration) *boundedStore {
	return &boundedStore{KeyStore: s, timeout: timeout, busy: make(chan struct{}, 1)}
}

// Get implements [KeyStore].
func (s *boundedStore) Get(ctx context.Context, name string) ([]byte, error) {
	_, pressed := asking.PressedAt(ctx)
	return bounded(ctx, s, pressed, func(ctx context.Context) (secret []byte, err error) {
		err = s.ask(ctx, func() error {
			secret, err = s.KeyStore.Get(ctx, name)
			return err
		})
		return secret, err
	})
}

// silence is why no dialog may open now, nil if one may or none is needed.
func (s *boundedStore) silence(ctx context.Context) error {
	p, ok := s.KeyStore.(prober)
	if !ok {
		return nil
	}
	pressed, _ := asking.PressedAt(ctx)
	s.mu.Lock()
	dismissed := s.dismissed
	s.mu.Unlock()
	closed := time.Since(dismissed) < dismissedFor && !pressed.After(dismissed)
	switch {
	case !closed && !asking.IsQuiet(ctx), !errors.Is(p.Probe(ctx), ErrKeyringLocked):
		return nil
	case closed:
		return fmt.Errorf("%w: its dialog was closed just now", ErrKeyringLocked)
	}
	return ErrKeyringLocked
}

// ask makes a call that can open a dialog, if one may, and notes that it was closed.
func (s *boundedStore) ask(ctx context.Context, call func() error) error {
	if err := s.silence(ctx); err != nil {
		return err
	}
	err := call()
	if errors.Is(err, ErrKeyringLocked) {
		s.mu.Lock()
		s.dismissed = time.Now()
		s.mu.Unlock()
	}
	return err
}

// Set implements [KeyStore].
func (s *boundedStore) Set(ctx context.Context, name string, secret []byte) error {
	// A copy: the caller clears its own when this returns, which may be
	// before a hanging call has read it.
	secret = append([]byte(nil), secret...)
	_, err := bounded(ctx, s, true, func(ctx context.Context) (struct{}, error) {
		defer clear(secret)
		return struct{}{}, s.ask(ctx, func() error { return s.KeyStore.Set(ctx, name, secret) })
	})
	return err
}

// Remove implements [KeyStore].
func (s *boundedStore) Remove(ctx context.Context, name string) error {
	_, err := bounded(ctx, s, false, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.ask(ctx, func() error { return s.KeyStore.Remove(ctx, name) })
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// probe says why the keyring cannot be used, or nil.
func (s *boundedStore) probe(ctx context.Context) error {
	_, err := bounded(ctx, s, false, func(ctx context.Context) (struct{}, error) {
		if p, ok := s.KeyStore.(prober); ok {
			return struct{}{}, p.Probe(ctx)
		}
		_, err := s.KeyStore.Get(ctx, "probe")
		return struct{}{}, err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// KeyringState is what is known of the keyring without a dialog and without starting
// its service.
type KeyringState struct {
	// Name names the keyring; "" if there is none.
	Name string
	// Asleep means that its service does not run, and that the bus would start it for
	// whoever asks. Nothing else is known then.
	Asleep bool
	// Asks means that only reading from it would show whether it asks a person.
	Asks bool
	// Err is why it cannot be used.
	Err error
}

// state is what is known of the keyring without waking or asking anyone.
func (s *boundedStore) state(ctx context.Context) KeyringState {
	if sleeps, ok := s.KeyStore.(sleeper); ok {
		asleep, err := bounded(ctx, s, false, sleeps.Asleep)
		if err != nil || asleep {
			return KeyringState{Name: s.nameUnless(err), Asleep: asleep, Err: err}
		}
	}
	_, knows := s.KeyStore.(prober)
	err := s.probe(ctx)
	return KeyringState{Name: s.nameUnless(err), Asks: !knows, Err: err}
}

// nameUnless is the keyring's name, "" if an error says that there is none.
func (s *boundedStore) nameUnless(err error) string {
	if errors.Is(err, ErrNoKeyring) {
		return ""
	}
	return s.Name()
}

// classified gives every error of a keyring one of our codes.
func classified(err error) error {
	var known *Error
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, context.Canceled) || errors.As(err, &known) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrNoKeyring, err)
}
