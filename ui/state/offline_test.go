package state

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
)

// An account that is back is asked for its details: what kept its tokens fresh
// did not look at them.
func TestDetailsFollowTheNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b", "c"))
		set := func(id string, state auth.State, verified time.Time) {
			for i, a := range r.agent.list {
				if a.ID == id {
					c := *a
					c.State, c.VerifiedAt = state, verified
					r.agent.list[i] = &c
				}
			}
		}
		then := time.Now()
		set("a", auth.StateOffline, then)
		set("b", auth.StateOffline, then)
		r.Start()
		r.q.settle()
		r.agent.mu.Lock()
		r.agent.checked = nil
		set("a", auth.StateActive, then)                  // its tokens were refreshed
		set("b", auth.StateActive, then.Add(time.Minute)) // somebody asked for its details
		r.agent.mu.Unlock()
		r.agent.changes <- struct{}{}
		r.q.settle()
		r.agent.changes <- struct{}{}
		r.q.settle()
		if got := fmt.Sprint(r.agent.checked); got != "[a]" {
			t.Errorf("asked about %s", got)
		}
	})
}

// That the provider cannot be reached is told for a while and not as an error.
func TestRefreshOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"))
		r.Start()
		r.q.settle()
		r.agent.refresh = func(context.Context, string) error { return fmt.Errorf("refresh: %w", auth.ErrOffline) }
		r.Refresh()
		r.q.settle()
		if n := r.State().Notice; n.Kind != NoticeInfo || n.Text == "" {
			t.Errorf("%+v", n)
		}
		waits(r, noticeFor(r.State().Notice.Text)+time.Second)
		if n := r.State().Notice; n.Text != "" {
			t.Errorf("it stays: %+v", n)
		}
		r.agent.refresh = func(context.Context, string) error { return errTest }
		r.Refresh()
		r.q.settle()
		if n := r.State().Notice; n.Kind != NoticeWarn {
			t.Errorf("an error is told as %+v", n)
		}
	})
}

// A message stays for as long as it takes to read.
func TestLongMessagesStayLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		for text, stays := range map[string]bool{"Saved.": false, strings.Repeat("Words to read. ", 6): true} {
			r.Explain(text)
			waits(r, 8*time.Second)
			if got := r.State().Notice.Text != ""; got != stays {
				t.Errorf("%q is there after 8 seconds: %v", text, got)
			}
		}
	})
}
