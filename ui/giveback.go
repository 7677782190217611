package ui

import (
	"context"
	"runtime/debug"
	"time"
)

// settled is how long after its start a window has drawn and read what it shows.
const settled = 3 * time.Second

// giveBack gives the memory that only the start took back to the system, once: a window
// that nobody touches collects nothing by itself for minutes, and then keeps it.
func giveBack(ctx context.Context) {
	select {
	case <-time.After(settled):
		debug.FreeOSMemory()
	case <-ctx.Done():
	}
}
