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

func TestAges(t *testing.T) {
	now := noon()
	for name, c := range map[string]struct {
		a               auth.Account
		profile, groups Age
	}{
		"fresh": {
			auth.Account{State: auth.StateActive, VerifiedAt: now.Add(-3 * time.Hour), GroupsAsked: true, GroupsAt: now.Add(-time.Second)},
			Age{"As of 3 hours ago, today 09:00", ToneOK},
			Age{"As of just now, today 11:59", ToneOK},
		},
		"offline": {
			auth.Account{State: auth.StateOffline, VerifiedAt: now.Add(-3 * time.Hour), GroupsAsked: true, GroupsAt: now.Add(-13 * time.Hour)},
			Age{"As last seen 3 hours ago, today 09:00", ToneMuted},
			Age{"As last seen 13 hours ago, yesterday 23:00", ToneMuted},
		},
		"groups that did not answer for long": {
			auth.Account{State: auth.StateActive, VerifiedAt: now, GroupsAsked: true, GroupsAt: now.Add(-72 * time.Hour)},
			Age{"As of just now, today 12:00", ToneOK},
			Age{"May be out of date. Last updated 3 days ago, 7 March 12:00", ToneWarn},
		},
		"a day, offline": {
			auth.Account{State: auth.StateOffline, VerifiedAt: now.Add(-24 * time.Hour)},
			Age{"May be out of date. Last updated 1 day ago, yesterday 12:00", ToneWarn},
			Age{},
		},
		"a clock that was set back": {
			auth.Account{State: auth.StateActive, VerifiedAt: now.Add(time.Hour)},
			Age{"As of just now, today 13:00", ToneOK},
			Age{},
		},
		"never": {
			auth.Account{State: auth.StateActive, GroupsAsked: true},
			Age{"Never confirmed by the provider", ToneWarn},
			Age{},
		},
	} {
		if got := ProfileAge(&c.a, now); got != c.profile {
			t.Errorf("%s: profile %+v", name, got)
		}
		if got := GroupsAge(&c.a, now); got != c.groups {
			t.Errorf("%s: groups %+v", name, got)
		}
	}
}

func TestOfflineWords(t *testing.T) {
	now := noon()
	for name, c := range map[string]struct {
		a                        auth.Account
		short, long, title, text string
	}{
		"active": {auth.Account{State: auth.StateActive}, "Active", "Active, expiry unknown", "", ""},
		"a token that still works": {
			auth.Account{State: auth.StateOffline, CanRefresh: true, ExpiresAt: now.Add(125 * time.Minute)},
			"Offline", "Offline, nothing is lost", "The provider could not be reached",
			"Shown as last seen. Your token still works until 14:05. Claviger retries automatically.",
		},
		"the last token": {
			auth.Account{State: auth.StateOffline, ExpiresAt: now.Add(13 * time.Hour)},
			"Offline", "Offline, nothing is lost", "The provider could not be reached",
			"Shown as last seen. Your token still works until tomorrow 01:00. Then you need to sign in again. Claviger retries automatically.",
		},
		"a token that ended": {
			auth.Account{State: auth.StateOffline, CanRefresh: true, ExpiresAt: now.Add(-time.Hour)},
			"Offline", "Offline, nothing is lost", "The provider could not be reached",
			"Shown as last seen. Your token expired 1 hour ago and is refreshed as soon as the provider responds. Claviger retries automatically.",
		},
		"a token without an end": {
			auth.Account{State: auth.StateOffline},
			"Offline", "Offline, nothing is lost", "The provider could not be reached",
			"Shown as last seen. Your token has no known expiry and can still be used. Claviger retries automatically.",
		},
		"too many requests": {
			auth.Account{State: auth.StateOffline, CanRefresh: true, ExpiresAt: now.Add(time.Hour), RetryAt: now.Add(5 * time.Minute)},
			"Waiting", "Waiting for the provider, nothing is lost", "Too many requests to the provider",
			"Shown as last seen. Your token still works until 13:00. Claviger retries at 12:05.",
		},
		"the wait is over": {
			auth.Account{State: auth.StateOffline, CanRefresh: true, ExpiresAt: now.Add(time.Hour), RetryAt: now},
			"Offline", "Offline, nothing is lost", "The provider could not be reached",
			"Shown as last seen. Your token still works until 13:00. Claviger retries automatically.",
		},
	} {
		short, tone := ShortStatus(&c.a, "", now)
		long, longTone := LongStatus(&c.a, "", now)
		title, text := OfflineText(&c.a, now)
		if short != c.short || long != c.long || title != c.title || text != c.text {
			t.Errorf("%s:\n%q %q\n%q\n%q", name, short, long, title, text)
		}
		if tone != longTone || tone == ToneWarn {
			t.Errorf("%s: the list has the tone %s, the page %s", name, tone, longTone)
		}
	}
}

func TestClockWords(t *testing.T) {
	if title, text := ClockText(&auth.Account{ClockSkew: 20 * time.Second}); title+text != "" {
		t.Errorf("of 20 seconds: %q %q", title, text)
	}
	title, text := ClockText(&auth.Account{ClockSkew: -4 * time.Minute})
	if title != "This computer's clock is 4 minutes behind the provider's" || !strings.Contains(text, "press Refresh") {
		t.Errorf("%q %q", title, text)
	}
}

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
