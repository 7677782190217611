//go:build linux || freebsd || openbsd || netbsd

package doctor

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
)

// busTime bounds all that is asked of the bus: it can hang.
const busTime = 2 * time.Second

// onBus reports whether a service runs on the session's bus, or would be started for
// whoever asks. The service itself is not asked: that would start it.
func onBus(ctx context.Context, service string) (running, startable bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, busTime)
	defer cancel()
	// It starts no bus, and ends with ctx, which ends whatever waits on it.
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return false, false, errNoSession
	}
	defer func() { _ = conn.Close() }() // nothing was sent that matters
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if err == nil {
		err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, service).Store(&running)
	}
	var names []string
	if err == nil {
		err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListActivatableNames", 0).Store(&names)
	}
	if ctx.Err() != nil {
		err = errors.New("no answer in time")
	}
	return running, slices.Contains(names, service), err
}
