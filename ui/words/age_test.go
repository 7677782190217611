package words

import (
	"testing"
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

// What rounding makes a whole unit is written in that unit.
func TestTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "", 400 * time.Microsecond: "<1 ms", 999 * time.Microsecond: "<1 ms", 1400 * time.Microsecond: "1 ms", 999_400 * time.Microsecond: "999 ms",
		999_600 * time.Microsecond: "1.0 s", 1940 * time.Millisecond: "1.9 s", 9940 * time.Millisecond: "9.9 s", 9960 * time.Millisecond: "10 s",
		17_900 * time.Millisecond: "18 s", 59_400 * time.Millisecond: "59 s", 59_700 * time.Millisecond: "1 minute", 2 * time.Minute: "2 minutes",
	} {
		if got := Took(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
