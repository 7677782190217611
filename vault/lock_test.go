package vault

import (
	"testing"
	"time"
)

// A lock that is held for a moment is had soon after; one that is held while a
// person is in a browser costs few tries.
func TestPausesBetweenTries(t *testing.T) {
	tries := func(held time.Duration) (n int, late time.Duration) {
		var waited time.Duration
		for wait := 500 * time.Microsecond; waited < held; wait = nextWait(wait, waited) {
			waited += wait
			n++
		}
		return n, waited - held
	}
	for _, c := range []struct {
		held, late time.Duration
		tries      int
	}{
		{10 * time.Millisecond, 10 * time.Millisecond, 6},
		{400 * time.Millisecond, 20 * time.Millisecond, 30},
		{2 * time.Second, 100 * time.Millisecond, 70},
		{5 * time.Minute, 250 * time.Millisecond, 1400},
	} {
		if n, late := tries(c.held); n > c.tries || late > c.late {
			t.Errorf("held for %v: %d tries, %v late", c.held, n, late)
		}
	}
}
