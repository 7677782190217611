package trace

import (
	"sync"
	"testing"
	"time"
)

// The observer is told everything, one at a time, in order, may call back in,
// and knows all when Finish returns.
func TestEventsAreToldInOrder(t *testing.T) {
	var l *Log
	var told []Event
	busy := false
	l = NewLog(time.Now, func(ev Event) {
		if busy {
			t.Error("told two at once")
		}
		busy = true
		if ev.Name == "again" {
			l.Emit(Event{Step: StepWait, Name: "from inside"})
		}
		told = append(told, ev)
		busy = false
	})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				l.Emit(Event{Step: StepProfile, Name: "again"})
			}
		})
	}
	wg.Wait()
	l.Finish()
	l.Emit(Event{Name: "late"})
	list := l.Events()
	if len(told) != 800 || len(list) != 800 {
		t.Fatalf("told %d, kept %d", len(told), len(list))
	}
	for i := range list {
		if told[i].Name != list[i].Name || !told[i].At.Equal(list[i].At) {
			t.Fatalf("event %d differs", i)
		}
	}
}
