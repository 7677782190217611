package attention

import (
	"strings"
	"testing"
	"time"
)

// TestWordsNameNobody: what stands on a locked screen says neither who nor where, unless
// the person wants that.
func TestWordsNameNobody(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	e := func(k Kind, who string) Event {
		return Event{Kind: k, Account: "k3v9x2m7q1ab", Provider: "acme", ProviderName: "Acme Git", Who: who, Program: "curl", Reason: "the provider ended the session", Until: now.Add(26 * time.Hour)}
	}
	for _, kind := range Kinds() {
		for _, open := range [][]Event{{e(kind, "Mira Okonkwo")}, {e(kind, "Mira Okonkwo"), e(kind, "Jonas Weber")}} {
			c := Change{Kind: kind, Open: open}
			quiet := c.Words(false, now)
			if quiet.Title == "" || quiet.Body == "" {
				t.Errorf("%s of %d says nothing", kind, len(open))
			}
			for _, name := range []string{"Mira", "Jonas", "Acme", "acme", "curl", "k3v9x2m7q1ab", "session"} {
				if strings.Contains(quiet.Title+quiet.Body, name) {
					t.Errorf("%s names %q: %+v", kind, name, quiet)
				}
			}
			named := c.Words(true, now)
			for _, e := range open {
				if !strings.Contains(named.Title+named.Body, e.Who) || !strings.Contains(named.Title+named.Body, "Acme Git") {
					t.Errorf("%s of %s: %+v", kind, e.Who, named)
				}
			}
		}
	}
	if got := (Change{Kind: SignIn}).Words(true, now); got != (Text{}) {
		t.Errorf("nothing is said as %+v", got)
	}
}

func TestWordsOfMany(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	c := Change{Kind: Ending}
	for range 9 {
		c.Open = append(c.Open, Event{Kind: Ending, Who: "Mira", ProviderName: "Acme", Until: now.Add(time.Hour)})
	}
	got := c.Words(true, now)
	if got.Title != "9 sign-ins end soon" || strings.Count(got.Body, "\n") != 4 || !strings.HasSuffix(got.Body, "\nand 5 more") {
		t.Errorf("%+v", got)
	}
	for until, want := range map[time.Duration]string{time.Hour: "today at 10:00", 24 * time.Hour: "tomorrow at 09:00", 72 * time.Hour: "on Wednesday, 4 March at 09:00"} {
		if got := day(now.Add(until), now); got != want {
			t.Errorf("%v: %q", until, got)
		}
	}
}
