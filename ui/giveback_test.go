package ui

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// What the start took is the system's again a moment after it; a window that is closed
// before has nothing more to do.
func TestMemoryOfTheStartIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const taken = 64 << 20
		kept := make([]byte, taken)
		for i := range kept {
			kept[i] = 1
		}
		runtime.KeepAlive(kept)
		released := func() uint64 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapReleased
		}
		before, begun := released(), time.Now()
		giveBack(t.Context())
		if after := released(); after < before+taken/2 || time.Since(begun) != settled {
			t.Errorf("released: %d bytes before, %d after %v", before, after, time.Since(begun))
		}
		closed, cancel := context.WithCancel(t.Context())
		cancel()
		begun = time.Now()
		giveBack(closed)
		if time.Since(begun) != 0 {
			t.Error("a closed window waits")
		}
	})
}
