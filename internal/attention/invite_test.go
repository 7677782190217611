package attention

import (
	"context"
	"errors"
	"testing"
	"time"
)

func invite(t *testing.T, f Folder, what string) *Invitation {
	t.Helper()
	i, err := f.Invite(t.Context(), what, func() { t.Errorf("%s waits", what) })
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// An invitation that was ignored is not shown for a while, which grows; one that was
// followed begins anew. Those of others have nothing to do with it.
func TestIgnoredInvitation(t *testing.T) {
	f := testFolder(t)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, wait := range []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute} {
		i := invite(t, f, "a")
		if until := i.Until(now, time.Time{}); !until.IsZero() {
			t.Fatalf("not shown until %v", until)
		}
		if err := i.Ignored(now); err != nil {
			t.Fatal(err)
		}
		i.Release(false)
		i = invite(t, f, "a")
		if until := i.Until(now.Add(wait-time.Second), now.Add(-time.Hour)); until.Sub(now) != wait {
			t.Errorf("after %v: not shown until %v", wait, until)
		}
		if until := i.Until(now.Add(-time.Hour), time.Time{}); !until.IsZero() {
			t.Errorf("a clock that was set back hides it until %v", until)
		}
		if until := i.Until(now.Add(time.Second), now.Add(time.Second)); !until.IsZero() {
			t.Errorf("who signed in since then waits until %v", until)
		}
		i.Release(false)
		other := invite(t, f, "b")
		if until := other.Until(now, time.Time{}); !until.IsZero() {
			t.Errorf("another one is hidden until %v", until)
		}
		other.Release(true)
		now = now.Add(wait)
	}
	invite(t, f, "a").Release(true)
	i := invite(t, f, "a")
	defer i.Release(false)
	if until := i.Until(now.Add(-time.Second), time.Time{}); !until.IsZero() {
		t.Errorf("one that was followed is hidden until %v", until)
	}
}

func TestOneInvitationAtATime(t *testing.T) {
	f := testFolder(t)
	first := invite(t, f, "a")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := f.Invite(ctx, "a", cancel); !errors.Is(err, context.Canceled) {
		t.Fatalf("two at a time: %v", err)
	}
	invite(t, f, "b").Release(false)
	second, err := f.Invite(t.Context(), "a", func() { first.Release(false) })
	if err != nil {
		t.Fatal(err)
	}
	second.Release(false)
}
