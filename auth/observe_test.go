package auth

import (
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/providers"
)

// The observer is told everything, one at a time, in order, may call back in,
// and knows all when finish returns.
func TestEventsAreToldInOrder(t *testing.T) {
	var e *events
	var told []Event
	busy := false
	e = newEvents(time.Now, func(ev Event) {
		if busy {
			t.Error("told two at once")
		}
		busy = true
		if ev.Name == "again" {
			e.emit(Event{Step: StepWait, Name: "from inside"})
		}
		told = append(told, ev)
		busy = false
	})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				e.emit(Event{Step: StepProfile, Name: "again"})
			}
		})
	}
	wg.Wait()
	e.finish()
	e.emit(Event{Name: "late"})
	list := e.list()
	if len(told) != 800 || len(list) != 800 {
		t.Fatalf("told %d, kept %d", len(told), len(list))
	}
	for i := range list {
		if told[i].Name != list[i].Name || !told[i].At.Equal(list[i].At) {
			t.Fatalf("event %d differs", i)
		}
	}
}

func TestScrubber(t *testing.T) {
	s := newScrubber("secret+token", "ab")
	for in, want := range map[string]string{
		"x secret+token y":       "x " + providers.Redacted + " y",
		"x secret%2Btoken y":     "x " + providers.Redacted + " y",
		"cab":                    "cab", // too short to be taken out
		"a\nb\x00c\u202ed\u200b": "a bcd",
	} {
		if got := s.text(in, 100); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := s.text("0123456789", 4); got != "0123…" {
		t.Errorf("cut: %q", got)
	}
}
