package words

import (
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
)

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
