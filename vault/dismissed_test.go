package vault

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// dismissing is a locked keyring whose dialog the person closes each time.
type dismissing struct {
	dialogs int
	open    bool
}

func (d *dismissing) Name() string                         { return "dismissing" }
func (d *dismissing) Remove(context.Context, string) error { return nil }

func (d *dismissing) Set(context.Context, string, []byte) error { return nil }

func (d *dismissing) Probe(context.Context) error {
	if d.open {
		return nil
	}
	return ErrKeyringLocked
}

func (d *dismissing) Get(context.Context, string) ([]byte, error) {
	if d.open {
		return []byte("secret"), nil
	}
	d.dialogs++
	return nil, ErrKeyringLocked
}

// Who closes the dialog is not asked again by whatever else was about to ask.
func TestADismissedDialogStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := &dismissing{}
		s := newBoundedStore(keys, time.Minute)
		for range 6 {
			if _, err := s.Get(t.Context(), "key"); !errors.Is(err, ErrKeyringLocked) {
				t.Errorf("err = %v", err)
			}
		}
		if keys.dialogs != 1 {
			t.Errorf("%d dialogs", keys.dialogs)
		}
		time.Sleep(dismissedFor)
		_, _ = s.Get(t.Context(), "key")
		if keys.dialogs != 2 {
			t.Errorf("later: %d dialogs", keys.dialogs)
		}
		keys.open = true
		if _, err := s.Get(t.Context(), "key"); err != nil {
			t.Errorf("unlocked elsewhere: %v", err)
		}
	})
}
