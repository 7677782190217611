package bus_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/claviger/claviger/internal/bus"
	"github.com/claviger/claviger/internal/notify/notifytest"
)

const address = "DBUS_SESSION_BUS_ADDRESS"

func TestTheConnectionEndsWithItsContext(t *testing.T) {
	t.Setenv(address, notifytest.Bus(t))
	ctx, cancel := context.WithCancel(t.Context())
	conn, err := bus.Connect(ctx, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.BusObject().Call(bus.Name+".GetId", 0).Err; err != nil {
		t.Error(err)
	}
	cancel()
	notifytest.Get(t, "the end", conn.Context().Done())
}

func TestNoBusIsStarted(t *testing.T) {
	t.Setenv(address, "unix:path="+filepath.Join(t.TempDir(), "none"))
	if _, err := bus.Connect(t.Context(), time.Minute); !errors.Is(err, bus.ErrNone) {
		t.Error(err)
	}
}

func TestABusThatHangsIsNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // nobody is left
	t.Setenv(address, "unix:path="+path)
	if _, err := bus.Connect(t.Context(), 50*time.Millisecond); !errors.Is(err, bus.ErrLate) {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := bus.Connect(ended, time.Minute); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
