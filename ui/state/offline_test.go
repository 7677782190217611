package state

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
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
		set("b", auth.StateActive, then.Add(time.Minute)) // its details were requested
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

// That the provider cannot be reached is shown for a while and not as an error.
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

// A person who needs the time has it: a message stays until it is closed, replaced
// or no longer true.
func TestMessagesStayUntilClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		settings := r.State().Settings
		settings.KeepMessages = true
		r.SetSettings(settings)
		r.Explain("Saved.")
		waits(r, 24*time.Hour)
		if n := r.State().Notice; n.Text != "Saved." || !n.Stays {
			t.Errorf("after a day: %+v", n)
		}
		r.copySecret(providers.NewSecret("canary"), "Access token")
		if n := r.State().Notice; !strings.HasPrefix(n.Text, "Access token copied") {
			t.Errorf("after another one: %+v", n)
		}
		waits(r, time.Duration(settings.ClipboardSeconds+1)*time.Second)
		if n := r.State().Notice; r.clip.text != "" || n.Text != "" {
			t.Errorf("the clipboard is cleared, and the message says: %+v", n)
		}
		r.Explain("Saved.")
		r.DismissNotice()
		if n := r.State().Notice; n.Text != "" {
			t.Errorf("after it was closed: %+v", n)
		}
	})
}
