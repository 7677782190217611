package state

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/ui/words"
)

// An account's page is drawn when its words change: once a minute, and each second
// only in the last minute of a token.
func TestAnAccountsPageTicksWithItsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		a := r.agent.list[0]
		a.ExpiresAt, a.VerifiedAt = time.Now().Add(9*time.Minute), time.Now()
		r.Start()
		r.q.settle()
		waits(r, 100*time.Millisecond) // not at the moment of a change
		drawn := func(d time.Duration) int {
			before := r.renders
			for range d / time.Second {
				waits(r, time.Second)
				st := r.State()
				text, _ := words.LongStatus(st.Account(), "", st.Now)
				now, _ := words.LongStatus(st.Account(), "", time.Now())
				if text != now {
					t.Fatalf("it says %q, which was %v ago: %q", text, time.Since(st.Now), now)
				}
			}
			return r.renders - before
		}
		if n := drawn(8 * time.Minute); n > 2*8 {
			t.Errorf("%d times drawn in eight minutes", n)
		}
		if n := drawn(time.Minute); n < 50 || n > 70 {
			t.Errorf("%d times drawn in the last minute", n)
		}
	})
}

// If no one can see the window, nothing is drawn, and all is up to date once
// someone does.
func TestNothingTicksInAHiddenWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.SetHidden(true)
		before := r.renders
		waits(r, 59*time.Minute+30*time.Second)
		r.agent.changes <- struct{}{} // another program refreshed an account
		r.q.settle()
		if r.renders != before {
			t.Errorf("%d times drawn in a hidden window", r.renders-before)
		}
		r.SetHidden(false)
		if st := r.State(); !st.Now.Equal(time.Now()) || st.Ticked {
			t.Errorf("shown again, it is %v behind, ticked %v", time.Since(st.Now), st.Ticked)
		}
		waits(r, 5*time.Second)
		if got := r.renders - before; got < 5 {
			t.Errorf("%d times drawn in the last minute", got)
		}
		if !r.State().Ticked {
			t.Error("a tick is not called one")
		}
	})
}

// A vault that is locked while no one can see the window has its page drawn: what
// came out of the vault is not kept on the page before.
func TestAHiddenWindowForgetsWhatALockForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), withPassphrase)
		r.Start()
		r.q.settle()
		r.SetHidden(true)
		before := r.renders
		r.Lock()
		if r.renders != before+1 || r.State().Route != RouteLocked {
			t.Errorf("%d times drawn, page %s", r.renders-before, r.State().Route)
		}
	})
}

func TestNextChange(t *testing.T) {
	now := noon()
	for left, want := range map[time.Duration]time.Duration{
		5*time.Minute + 10*time.Second:  10 * time.Second,
		5 * time.Minute:                 0,
		time.Minute:                     0,
		59*time.Second + 400*1000*1000:  400 * time.Millisecond,
		0:                               0,
		-time.Millisecond:               time.Minute - time.Millisecond,
		-3*time.Minute - 20*time.Second: 40 * time.Second,
	} {
		if got := nextChange(now, now.Add(left)).Sub(now) - tickLag; got != want {
			t.Errorf("%v before its moment the words change in %v, want %v", left, got, want)
		}
	}
}
