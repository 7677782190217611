//go:build !nogui && (linux || freebsd || openbsd || netbsd)

package app

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/bus"
)

// trayTimeout limits the question whether there is a tray: a bus may hang.
const trayTimeout = time.Second

const trayName = "org.kde.StatusNotifierWatcher"

// hasTray reports whether the desktop shows tray icons: something watches for
// them, and something draws them (StatusNotifierItem specification,
// "StatusNotifierWatcher"). Without a bus, or without an answer in time, there is
// none.
func hasTray(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, trayTimeout)
	defer cancel()
	conn, err := bus.Connect(ctx, trayTimeout)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing was sent that matters
	var watched bool
	if err := conn.BusObject().CallWithContext(ctx, bus.Name+".NameHasOwner", 0, trayName).Store(&watched); err != nil || !watched {
		return false
	}
	var drawn dbus.Variant
	err = conn.Object(trayName, "/StatusNotifierWatcher").
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, trayName, "IsStatusNotifierHostRegistered").Store(&drawn)
	shown, _ := drawn.Value().(bool)
	return err == nil && shown
}
