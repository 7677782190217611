//go:build linux || freebsd || openbsd || netbsd

package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// Name is the bus itself, as the sender of signals.
const Name = "org.freedesktop.DBus"

// ErrNone means that there is no bus, as without a desktop.
var ErrNone = errors.New("there is none")

// ErrLate means that the bus did not answer in time.
var ErrLate = errors.New("no answer in time")

// Connect connects to the bus that there is; it starts none. The connection, which is the
// caller's own, ends with ctx: to close it at the end is enough. A bus can hang, and only
// the end of the connection ends that wait: it comes after the time within.
func Connect(ctx context.Context, within time.Duration) (*dbus.Conn, error) {
	life, cut := context.WithCancel(ctx)
	late := time.AfterFunc(within, cut)
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(life))
	if err != nil {
		late.Stop()
		cut()
		return nil, fmt.Errorf("the session's bus: %w: %w", ErrNone, err)
	}
	context.AfterFunc(conn.Context(), cut) //nolint:contextcheck // it ends when the connection does, however that is closed
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	switch inTime := late.Stop(); {
	case ctx.Err() != nil:
		err = ctx.Err()
	case !inTime:
		err = ErrLate
	}
	if err != nil {
		_ = conn.Close() // err says more
		return nil, fmt.Errorf("the session's bus: %w", err)
	}
	return conn, nil
}

// Owns is the match of signals that say who has a service's name from now on.
func Owns(service string) []dbus.MatchOption {
	return []dbus.MatchOption{dbus.WithMatchSender(Name), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, service)}
}

// IsOwned reports whether a signal says who has a name, as the bus itself does.
func IsOwned(sig *dbus.Signal) bool {
	return sig != nil && sig.Sender == Name && sig.Name == Name+".NameOwnerChanged"
}

// Left is who no longer has a name, as a signal says; "" if it says nothing of that. A
// service that was only started took nobody's place.
func Left(sig *dbus.Signal) string {
	var name, before, after string
	if !IsOwned(sig) || dbus.Store(sig.Body, &name, &before, &after) != nil {
		return ""
	}
	return before
}
