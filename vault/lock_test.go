package vault

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Lock files of records that are gone are removed by whoever holds them. Another
// one may have opened the file just before: what it locks then is no longer there,
// and counts for nothing.
func TestLockOnADeletedFileDoesNotCount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	var inside, had atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 2000 {
				unlock, err := tryFile(path)
				if err != nil {
					t.Error(err)
					return
				}
				if unlock == nil {
					continue
				}
				if inside.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				had.Add(1)
				runtime.Gosched()
				inside.Add(-1)
				_ = os.Remove(path) // which ends the lock
				unlock()
			}
		})
	}
	all.Wait()
	if had.Load() == 0 {
		t.Error("nobody ever had it")
	}
}

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
