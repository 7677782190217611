package attention

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
)

// TestWordsNameNobody: what stands on a locked screen says neither who nor where, unless
// the person wants that.
func TestWordsNameNobody(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	e := func(k Kind, who string) Event {
		return Event{Kind: k, Account: "k3v9x2m7q1ab", Provider: "acme", ProviderName: "Acme Git", Who: who, Program: "curl", Reason: "the provider ended the session", Revoked: auth.Result{Detail: "The session goes on."}, Until: now.Add(26 * time.Hour)}
	}
	for _, kind := range Kinds() {
		for _, open := range [][]Event{{e(kind, "Mira Okonkwo")}, {e(kind, "Mira Okonkwo"), e(kind, "Jonas Weber")}} {
			c := Change{Kind: kind, Open: open}
			quiet := c.Words(false, now, nil)
			if quiet.Title == "" || quiet.Body == "" {
				t.Errorf("%s of %d says nothing", kind, len(open))
			}
			for _, name := range []string{"Mira", "Jonas", "Acme", "acme", "curl", "k3v9x2m7q1ab", "session"} {
				if strings.Contains(quiet.Title+quiet.Body, name) {
					t.Errorf("%s names %q: %+v", kind, name, quiet)
				}
			}
			named := c.Words(true, now, nil)
			if why := map[Kind]string{SignIn: "Okonkwo at Acme Git: the provider ended the session", SignOut: "Okonkwo at Acme Git: The session goes on."}[kind]; !strings.Contains(named.Body, why) {
				t.Errorf("%s does not say why: %+v", kind, named)
			}
			for _, e := range open {
				if !strings.Contains(named.Title+named.Body, e.Who) || !strings.Contains(named.Title+named.Body, "Acme Git") {
					t.Errorf("%s of %s: %+v", kind, e.Who, named)
				}
			}
		}
	}
	if got := (Change{Kind: SignIn}).Words(true, now, nil); got != (Text{}) {
		t.Errorf("nothing is said as %+v", got)
	}
}

func TestWordsOfMany(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	c := Change{Kind: Ending}
	for range 9 {
		c.Open = append(c.Open, Event{Kind: Ending, Who: "Mira", ProviderName: "Acme", Until: now.Add(time.Hour)})
	}
	got := c.Words(true, now, nil)
	if got.Title != "9 sign-ins end soon" || strings.Count(got.Body, "\n") != 4 || !strings.HasSuffix(got.Body, "\nand 5 more") {
		t.Errorf("%+v", got)
	}
	for until, want := range map[time.Duration]string{time.Hour: "today at 10:00", 24 * time.Hour: "tomorrow at 09:00", 72 * time.Hour: "on Wednesday, 4 March at 09:00"} {
		if got := (wording{now: now}).day(now.Add(until)); got != want {
			t.Errorf("%v: %q", until, got)
		}
	}
}

// In another language every word is that language's, but for names; blanks stay in place.
func TestWordsOfAnotherLanguage(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	blank := regexp.MustCompile(`\{[a-z]+\}`)
	other := func(english string) string { return "X" + strings.Join(blank.FindAllString(english, -1), "") }
	for _, kind := range Kinds() {
		for _, n := range []int{1, 2, 9} {
			c := Change{Kind: kind}
			for range n {
				c.Open = append(c.Open, Event{Kind: kind, Who: "MIRA", ProviderName: "ACME", Program: "CURL", Reason: "expired", Until: now.Add(72 * time.Hour)})
			}
			for _, names := range []bool{false, true} {
				got := c.Words(names, now, other)
				if text := got.Title + got.Body; regexp.MustCompile(`[a-z]{2}`).MatchString(text) || strings.Contains(text, "{") {
					t.Errorf("%s of %d: %+v", kind, n, got)
				}
			}
		}
	}
}
