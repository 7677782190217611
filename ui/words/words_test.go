package words

import (
	"slices"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

func noon() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.FixedZone("here", 3600)) }

func TestTimeWords(t *testing.T) {
	now := noon()
	for d, clock := range map[time.Duration]string{
		47*time.Minute + 30*time.Second: "today 12:47",
		-time.Minute:                    "today 11:59",
		13 * time.Hour:                  "tomorrow 01:00",
		-13 * time.Hour:                 "yesterday 23:00",
		-10 * 24 * time.Hour:            "28 February 12:00",
		400 * 24 * time.Hour:            "14 April 2027 12:00",
	} {
		if got := Clock(now, now.Add(d)); got != clock {
			t.Errorf("Clock(%v) = %q, want %q", d, got, clock)
		}
	}
	if Clock(now, time.Time{}) != "not known" {
		t.Error("a zero time has a clock")
	}
	if got := Countdown(4*time.Minute + 30*time.Second + time.Millisecond); got != "4:31" {
		t.Errorf("countdown %q", got)
	}
}

func TestClaims(t *testing.T) {
	now := noon()
	rows := Claims(map[string]any{
		"zzz": true, "exp": float64(now.Add(47*time.Minute + time.Second).Unix()), "iss": "https://i.example", "aud": []any{"me", "x"},
		"nbf": "soon", "email_verified": "true", "big": 1e300, "nothing": nil,
	}, "me", map[string]string{"zzz": "own"}, now)
	byName := map[string]Claim{}
	for _, r := range rows {
		byName[r.Name] = r
	}
	if rows[0].Name != "iss" || rows[1].Name != "aud" || rows[2].Name != "exp" {
		t.Errorf("order %v", rows)
	}
	if c := byName["exp"]; c.Value != "today 12:47" || c.Meaning != "expires in 47 minutes" {
		t.Errorf("exp %+v", c)
	}
	if c := byName["aud"]; c.Meaning != "for this app" || c.Value != "me, x" {
		t.Errorf("aud %+v", c)
	}
	if c := byName["nbf"]; c.Value != "soon" {
		t.Errorf("nbf that is no number: %+v", c)
	}
	if byName["zzz"].Value != "yes" || byName["nothing"].Value != "none" {
		t.Error("plain values")
	}
}

func TestPermissions(t *testing.T) {
	p := &providers.Provider{Scopes: providers.Scopes{Same: map[string]string{"https://x/email": "email"}}}
	list, summary := Permissions(&auth.Account{Requested: []string{"openid", "email", "offline_access"}, Scopes: []string{"openid", "https://x/email", "more"}}, p)
	if summary != "requested 3, granted 2" || len(list) != 4 || list[2].Granted || !list[3].Extra {
		t.Errorf("%q %+v", summary, list)
	}
}

func TestStatusWords(t *testing.T) {
	now := noon()
	for _, c := range []struct {
		a           auth.Account
		short, long string
	}{
		{auth.Account{State: auth.StateActive}, "Active", "Active, expiry unknown"},
		{auth.Account{State: auth.StateActive, ExpiresAt: now.Add(52 * time.Minute)}, "52 minutes", "Active for 52 minutes"},
		{auth.Account{State: auth.StateActive, ExpiresAt: now.Add(time.Hour), CanRefresh: true}, "Active", "Active, refreshes in 1 hour"},
		{auth.Account{State: auth.StateActive, ExpiresAt: now.Add(-time.Hour)}, "Expired", "Expired 1 hour ago, sign in again"},
		{auth.Account{State: auth.StateOffline}, "Offline", "Offline, nothing is lost"},
		{auth.Account{State: auth.StateNeedsSignIn}, "Sign in", "Sign-in required"},
	} {
		short, _ := ShortStatus(&c.a, "", now)
		long, _ := LongStatus(&c.a, "", now)
		if short != c.short || long != c.long {
			t.Errorf("%+v: %q, %q", c.a.State, short, long)
		}
	}
	for left, want := range map[time.Duration]string{
		30 * time.Second: "30 seconds", time.Minute: "1 minute", 119 * time.Minute: "119 minutes", 2*time.Hour + 12*time.Minute: "2 hours", 50 * time.Hour: "2 days",
	} {
		a := auth.Account{State: auth.StateActive, ExpiresAt: now.Add(left)}
		short, _ := ShortStatus(&a, "", now)
		long, _ := LongStatus(&a, "", now)
		if got := []string{Whole(left), LifetimeText(a.ExpiresAt, now), long}; !slices.Equal(got, []string{want, want + " left", "Active for " + want}) {
			t.Errorf("%v: %q", left, got)
		}
		if left < time.Minute {
			want = "<1 minute" // a list does not count seconds
		}
		if short != want {
			t.Errorf("%v: %q", left, short)
		}
	}
	if got := plain.Sentences("the provider ended the session"); got != "The provider ended the session." {
		t.Error(got)
	}
}

// What is counted is called what it is.
func TestGroupSummary(t *testing.T) {
	of := func(kinds ...string) (out []identity.Group) {
		for _, kind := range kinds {
			out = append(out, identity.Group{Kind: kind})
		}
		return out
	}
	for _, tt := range []struct {
		groups []identity.Group
		shown  int
		want   string
	}{
		{nil, 0, "0 groups"},
		{of("group"), 1, "1 group"},
		{of("", "group", "role"), 3, "2 groups, 1 role"},
		{of("client role", "role", "team", "team", "organization", "guild"), 6, "6 entries"},
		{of("guild", "workspace"), 2, "2 entries"},
		{of("client role", "role", "team"), 3, "1 team, 2 roles"},
		{of("organization", "role", "team"), 3, "3 entries"},
		{of("group", "role", "role"), 2, "2 of 3 shown"},
	} {
		if got := GroupSummary(tt.groups, tt.shown); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
