package attention

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// memory keeps marks as the file does.
type memory struct{ stored map[string]Mark }

func (m *memory) Load() map[string]Mark  { return maps.Clone(m.stored) }
func (m *memory) Save(s map[string]Mark) { m.stored = maps.Clone(s) }

// heard is what a desk said: "+a" is new, "a" is open.
type heard struct {
	mu   sync.Mutex
	said []string
}

func (h *heard) tell(c Change) {
	news := map[string]bool{}
	for _, e := range c.New {
		news[e.Account] = true
	}
	words := []string{string(c.Kind)}
	for _, e := range c.Open {
		if news[e.Account] {
			words = append(words, "+"+e.Account)
		} else {
			words = append(words, e.Account)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, strings.Join(words, " "))
}

// take is what was said since the last call.
func (h *heard) take() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	said := h.said
	h.said = nil
	return said
}

func newTestDesk(m Memory) (*Desk, *heard) {
	h := &heard{}
	return NewDesk(time.Now, m, h.tell), h
}

func needs(cause string, accounts ...string) []Event {
	var list []Event
	for _, a := range accounts {
		list = append(list, Event{Kind: SignIn, Account: a, Cause: cause})
	}
	return list
}

func check(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s (-want +got):\n%s", what, cmp.Diff(want, got))
	}
}

func TestAnEventIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newTestDesk(&memory{})
		d.See(needs("1", "a"))
		check(t, "first", h.take(), "sign_in_needed +a")
		d.See(needs("1", "a"))
		d.See(slices.Concat(needs("1", "a"), needs("1", "a")))
		check(t, "still so", h.take())
		d.See(needs("1", "a", "b"))
		check(t, "another account", h.take(), "sign_in_needed a +b")
		d.See(needs("1", "b"))
		check(t, "one is over", h.take(), "sign_in_needed b")
		d.See(nil)
		check(t, "all is over", h.take(), "sign_in_needed")
	})
}

// An account that cannot make up its mind makes no storm; a sign-in since then makes the
// next end a new event.
func TestAnEventThatComesAndGoesIsSaidOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newTestDesk(&memory{})
		d.See(needs("1", "a"))
		for range 20 {
			d.See(nil)
			time.Sleep(time.Hour)
			d.See(needs("1", "a"))
		}
		check(t, "20 hours", h.take(), "sign_in_needed +a", "sign_in_needed")
		d.See(needs("2", "a"))
		check(t, "another cause", h.take(), "sign_in_needed +a")
	})
}

// What nobody minds is said again after a day, then after two, and never more seldom
// than once a week. See says when.
func TestAnIgnoredEventIsSaidLessAndLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newTestDesk(&memory{})
		start := time.Now()
		next := d.See(needs("1", "a"))
		var days []int
		for range 6 {
			time.Sleep(time.Until(next) - time.Second)
			h.take()
			d.See(needs("1", "a"))
			check(t, "a second too early", h.take())
			time.Sleep(time.Second)
			next = d.See(needs("1", "a"))
			check(t, "again", h.take(), "sign_in_needed +a")
			days = append(days, int(time.Since(start).Hours()/24))
		}
		if want := []int{1, 3, 7, 14, 21, 28}; !slices.Equal(days, want) {
			t.Errorf("said again on day %v, want %v", days, want)
		}
	})
}

// A restart says nothing again that was said just now, and forgets nothing of it.
func TestARestartIsNoReasonToSayItAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		d, h := newTestDesk(m)
		d.See(needs("1", "a"))
		d.Clear()
		check(t, "before", h.take(), "sign_in_needed +a", "sign_in_needed")
		time.Sleep(time.Hour)
		d, h = newTestDesk(m)
		next := d.See(needs("1", "a", "b"))
		check(t, "after", h.take(), "sign_in_needed +b")
		if want := 23 * time.Hour; time.Until(next) != want {
			t.Errorf("again in %v, want %v", time.Until(next), want)
		}
		for name, mark := range m.stored {
			if strings.Contains(name+mark.Cause, "a") && len(name) < 32 {
				t.Errorf("the file names an account: %q", name)
			}
		}
		time.Sleep(90 * 24 * time.Hour)
		d, _ = newTestDesk(m)
		d.See(nil)
		if len(m.stored) != 0 {
			t.Errorf("marks of long ago stay: %v", m.stored)
		}
	})
}

// A clock that was set back makes no event that is never said again, and no storm.
func TestAClockThatWasSetBack(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	h := &heard{}
	d := NewDesk(func() time.Time { return now }, &memory{}, h.tell)
	d.See(needs("1", "a"))
	now = now.AddDate(-1, 0, 0)
	h.take()
	if next := d.See(needs("1", "a")); next.Sub(now) != 24*time.Hour {
		t.Errorf("again at %v", next)
	}
	check(t, "set back", h.take())
	now = now.Add(24 * time.Hour)
	d.See(needs("1", "a"))
	check(t, "a day later", h.take(), "sign_in_needed +a")
}

// An answer makes the program's next question news; one that was left without an answer
// is quiet for a while, so that a program that asks and asks makes no storm.
func TestQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		d, h := newTestDesk(m)
		curl, wget := Event{Account: "a", Program: "/usr/bin/curl"}, Event{Account: "a", Program: "/usr/bin/wget"}
		d.Ask(curl)(true)
		check(t, "answered", h.take(), "consent_needed +a", "consent_needed")
		done := d.Ask(curl)
		check(t, "the next one", h.take(), "consent_needed +a")
		d.See(nil)
		check(t, "accounts have nothing to do with it", h.take())
		done(false)
		done(false)
		check(t, "left alone", h.take(), "consent_needed")
		d.Ask(curl)(false)
		check(t, "asks again", h.take())
		d.Ask(wget)(true)
		check(t, "another program", h.take(), "consent_needed +a", "consent_needed")
		time.Sleep(10 * time.Minute)
		d.Ask(curl)(false)
		check(t, "later", h.take(), "consent_needed +a", "consent_needed")
		time.Sleep(10 * time.Minute)
		d.Ask(curl)(false)
		check(t, "twice as long", h.take())
		if d.See(needs("1", "a")); len(m.stored) != 1 {
			t.Errorf("questions outlive the program: %v", m.stored)
		}
	})
}
