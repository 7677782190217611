//go:build !nogui && (linux || freebsd || openbsd || netbsd)

package app

import (
	"bufio"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

func TestNoTrayWithoutABus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "absent"))
	if hasTray(t.Context()) {
		t.Error("a tray without a bus")
	}
}

// A bus that takes the connection and never answers holds nobody up.
func TestNoTrayOnABusThatHangs(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
	if hasTray(t.Context()) {
		t.Error("a tray on a bus that hangs")
	}
}

// realBus starts a session bus.
func realBus(t *testing.T) *dbus.Conn {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("dbus-daemon is not installed")
	}
	cmd := exec.Command(program, "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestTheTrayIsFoundWhereOneIsDrawn(t *testing.T) {
	conn := realBus(t)
	if hasTray(t.Context()) {
		t.Error("a tray on an empty bus")
	}
	props, err := prop.Export(conn, "/StatusNotifierWatcher", prop.Map{
		trayName: {"IsStatusNotifierHostRegistered": {Value: false, Writable: true, Emit: prop.EmitFalse}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(trayName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	if hasTray(t.Context()) {
		t.Error("a tray that nothing draws")
	}
	props.SetMust(trayName, "IsStatusNotifierHostRegistered", true)
	if !hasTray(t.Context()) {
		t.Error("the tray is not found")
	}
}
