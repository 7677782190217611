//go:build linux || freebsd || openbsd || netbsd

package doctor

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/claviger/claviger/internal/bus"
)

// busTime bounds all that is asked of the bus: it can hang.
const busTime = 2 * time.Second

// onBus reports whether a service runs on the session's bus, or would be started for
// whoever asks. The service itself is not asked: that would start it.
func onBus(ctx context.Context, service string) (running, startable bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, busTime)
	defer cancel()
	conn, err := bus.Connect(ctx, busTime)
	switch {
	case errors.Is(err, bus.ErrNone):
		return false, false, errNoSession
	case ctx.Err() != nil:
		return false, false, bus.ErrLate
	case err != nil:
		return false, false, err
	}
	defer func() { _ = conn.Close() }() // nothing was sent that matters
	var names []string
	err = conn.BusObject().CallWithContext(ctx, bus.Name+".NameHasOwner", 0, service).Store(&running)
	if err == nil {
		err = conn.BusObject().CallWithContext(ctx, bus.Name+".ListActivatableNames", 0).Store(&names)
	}
	if ctx.Err() != nil {
		err = bus.ErrLate
	}
	return running, slices.Contains(names, service), err
}
