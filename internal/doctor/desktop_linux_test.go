package doctor

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/notify/notifytest"
)

func TestDisplayAndTray(t *testing.T) {
	p := newPatient(t)
	p.is("display", Skipped)
	p.is("tray", Skipped)
	p.Window = true
	p.is("display", Warn, "DISPLAY")
	p.env["DISPLAY"] = "nonsense"
	p.is("display", Warn, "nonsense")
	for shown, words := range map[bool]string{true: "shows tray icons", false: "shows no tray icons"} {
		p.Tray = func(context.Context) bool { return shown }
		p.is("tray", OK, words)
	}
}

func TestTerminal(t *testing.T) {
	p := newPatient(t)
	p.is("terminal", Skipped, "window")
	p.Terminal = &Terminal{}
	p.is("terminal", Skipped, "nothing can be asked")
	p.Terminal = &Terminal{Out: true}
	p.is("terminal", OK, "nothing can be asked")
	p.Terminal = &Terminal{In: true, Out: true}
	p.is("terminal", Warn, "UTF-8", "export LANG")
	p.env["LANG"] = "en_GB.utf8"
	p.is("terminal", OK)
	p.env["LC_ALL"] = "C"
	p.is("terminal", Warn, `"C"`)
	p.env["TERM"] = "dumb"
	p.is("terminal", Warn, "dumb")
}

func TestNotifications(t *testing.T) {
	p := newPatient(t)
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
	p.is("notifications", OK, "no D-Bus session")

	// A bus that takes the connection and says nothing.
	hanging := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", hanging)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+hanging)
	p.is("notifications", Fail, "does not answer")

	address := notifytest.Bus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	p.is("notifications", Warn, "No service")
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	p.is("notifications", OK, "shows notifications")
}
