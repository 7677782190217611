package vault

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/internal/asking"
)

// dismissing is a locked keyring whose dialog the person closes each time, or
// answers after so long.
type dismissing struct {
	dialogs int
	open    atomic.Bool
	answer  time.Duration
}

func (d *dismissing) Name() string    { return "dismissing" }
func (d *dismissing) Prompting() bool { return !d.open.Load() }

func (d *dismissing) Remove(context.Context, string) error { return d.dialog() }

func (d *dismissing) Set(context.Context, string, []byte) error { return d.dialog() }

func (d *dismissing) Probe(context.Context) error {
	if d.open.Load() {
		return nil
	}
	return ErrKeyringLocked
}

func (d *dismissing) Get(context.Context, string) ([]byte, error) {
	return []byte("secret"), d.dialog()
}

func (d *dismissing) dialog() error {
	if d.open.Load() {
		return nil
	}
	d.dialogs++
	if d.answer > 0 {
		time.Sleep(d.answer)
		d.open.Store(true)
		return nil
	}
	return ErrKeyringLocked
}

// Who closes the dialog is not asked again by whatever else was about to ask.
func TestADismissedDialogStaysAway(t *testing.T) {
	for name, call := range ringCalls() {
		synctest.Test(t, func(t *testing.T) {
			keys := &dismissing{}
			s := newBoundedStore(keys, time.Minute)
			for range 6 {
				if err := call(t.Context(), s); !errors.Is(err, ErrKeyringLocked) {
					t.Errorf("%s: err = %v", name, err)
				}
			}
			if keys.dialogs != 1 {
				t.Errorf("%s: %d dialogs", name, keys.dialogs)
			}
			time.Sleep(dismissedFor)
			_ = call(t.Context(), s)
			if keys.dialogs != 2 {
				t.Errorf("%s, later: %d dialogs", name, keys.dialogs)
			}
			keys.open.Store(true)
			if err := call(t.Context(), s); err != nil {
				t.Errorf("%s, unlocked elsewhere: %v", name, err)
			}
		})
	}
}

// ringCalls are the calls that can open a dialog.
func ringCalls() map[string]func(context.Context, *boundedStore) error {
	return map[string]func(context.Context, *boundedStore) error{
		"Get":    func(ctx context.Context, s *boundedStore) error { _, err := s.Get(ctx, "key"); return err },
		"Set":    func(ctx context.Context, s *boundedStore) error { return s.Set(ctx, "key", []byte("secret")) },
		"Remove": func(ctx context.Context, s *boundedStore) error { return s.Remove(ctx, "key") },
	}
}

// A person who asks for it gets the dialog at once that they closed before, and once
// for each time they ask.
func TestWhoAsksForItGetsTheDialogAgain(t *testing.T) {
	for name, call := range ringCalls() {
		synctest.Test(t, func(t *testing.T) {
			keys := &dismissing{}
			s := newBoundedStore(keys, time.Minute)
			for want := range 3 {
				time.Sleep(time.Second)
				press := asking.Pressed(t.Context())
				for range 4 { // one press reads many records
					_ = call(press, s)
				}
				if keys.dialogs != want+1 {
					t.Errorf("%s: %d dialogs after %d presses", name, keys.dialogs, want+1)
				}
			}
		})
	}
}

// lockableRing is a keyring that may be locked, and counts its dialogs, which the person
// closes.
type lockableRing struct {
	*fakeRing
	dialogs int
	locked  bool
}

func (r *lockableRing) Probe(context.Context) error {
	if r.locked {
		return ErrKeyringLocked
	}
	return nil
}

func (r *lockableRing) dialog(string, string) error {
	if r.locked {
		r.dialogs++
	}
	return r.Probe(context.Background())
}

// Who unlocks the vault with a passphrase is not asked for the keyring, in which an old copy
// of the key is still to be removed; that is done once the keyring is open.
func TestAnOldCopyOpensNoDialog(t *testing.T) {
	dir, ring := filepath.Join(t.TempDir(), "vault"), &lockableRing{fakeRing: newFakeRing()}
	v := open(t, dir, Options{Keyring: ring})
	put(t, v, "a", "x")
	ring.fail = func(op, _ string) error {
		if op == "remove" {
			return ErrKeyringLocked
		}
		return nil
	}
	if err := v.Protect(t.Context(), Passphrase, "horse"); err == nil {
		t.Fatal("no old copy is left")
	}
	ring.fail, ring.locked = ring.dialog, true
	for range 3 {
		other := open(t, dir, Options{Keyring: ring})
		if err := other.Unlock(asking.Pressed(t.Context()), "horse"); err != nil {
			t.Error(err)
		}
		want(t, other, "a", "x")
	}
	if ring.dialogs != 0 || len(ring.items) == 0 {
		t.Errorf("%d dialogs, %d old copies", ring.dialogs, len(ring.items))
	}
	ring.locked = false
	if err := open(t, dir, Options{Keyring: ring}).Unlock(t.Context(), "horse"); err != nil || len(ring.items) != 0 {
		t.Errorf("%v, %d old copies", err, len(ring.items))
	}
}

// What nobody waits for opens no dialog, and does its work once the keyring is open.
func TestBackgroundWorkOpensNoDialog(t *testing.T) {
	for name, call := range ringCalls() {
		synctest.Test(t, func(t *testing.T) {
			keys := &dismissing{}
			s := newBoundedStore(keys, time.Minute)
			quiet := asking.Quiet(t.Context())
			for range 3 {
				if err := call(quiet, s); !errors.Is(err, ErrKeyringLocked) {
					t.Errorf("%s: err = %v", name, err)
				}
				time.Sleep(time.Minute)
			}
			if keys.dialogs != 0 {
				t.Errorf("%s: %d dialogs", name, keys.dialogs)
			}
			keys.open.Store(true)
			if err := call(quiet, s); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A dialog that a person just asked for, or in which they choose the password of a new
// keyring, is waited for as long as that takes; one that may be seen by nobody is not.
func TestAPersonsDialogIsWaitedFor(t *testing.T) {
	get, set := ringCalls()["Get"], ringCalls()["Set"]
	for _, c := range []struct {
		name    string
		call    func(context.Context, *boundedStore) error
		pressed bool
		answer  time.Duration
		want    error
	}{
		{"a new keyring", set, false, time.Minute, nil},
		{"Try again", get, true, time.Minute, nil},
		{"a program's", get, false, time.Minute, ErrKeyringLocked},
		{"left alone", set, true, time.Hour, ErrKeyringLocked},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newBoundedStore(&dismissing{answer: c.answer}, 10*time.Second)
			ctx := t.Context()
			if c.pressed {
				ctx = asking.Pressed(ctx)
			}
			before := time.Now()
			if err := c.call(ctx, s); !errors.Is(err, c.want) {
				t.Errorf("%s: %v after %v", c.name, err, time.Since(before))
			}
			time.Sleep(2 * time.Hour) // the dialog ends
		})
	}
}

// restarting is a keyring whose service ends while its dialog is open: the answer never
// comes. Another one is there later.
type restarting struct {
	KeyStore
	open  atomic.Bool
	asked atomic.Int32
}

func (r *restarting) Prompting() bool { return !r.open.Load() }

func (r *restarting) Probe(context.Context) error {
	if r.Prompting() {
		return ErrKeyringLocked
	}
	return nil
}

func (r *restarting) Get(context.Context, string) ([]byte, error) {
	r.asked.Add(1)
	if r.Prompting() {
		select {}
	}
	return []byte("secret"), nil
}

// A dialog that ended with its service keeps nobody from the keyring for good, and no more
// calls are left behind while it is not known to be over.
func TestADialogThatEndedWithItsService(t *testing.T) {
	keys := &restarting{}
	s := newBoundedStore(keys, 20*time.Millisecond)
	for range 3 {
		if _, err := s.Get(t.Context(), "key"); !errors.Is(err, ErrKeyringLocked) {
			t.Errorf("err = %v", err)
		}
	}
	if n := keys.asked.Load(); n != 1 {
		t.Errorf("%d calls are left behind", n)
	}
	keys.open.Store(true)
	if got, err := s.Get(t.Context(), "key"); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
}
