package notify

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/notify/notifytest"
)

// envStarted makes the test the notification service that a bus starts.
const envStarted = "CLAVIGER_TEST_STARTED_SERVICE"

func TestMain(m *testing.M) {
	if os.Getenv(envStarted) == "" {
		os.Exit(m.Run())
	}
	if err := startedService(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err) // of the bus
		os.Exit(1)
	}
}

// started is a service of which the person clicks each notification.
type started struct{ conn *dbus.Conn }

// GetCapabilities is a method of the service.
func (s started) GetCapabilities() ([]string, *dbus.Error) { return []string{"actions"}, nil }

// Notify is a method of the service.
func (s started) Notify(string, uint32, string, string, string, []string, map[string]dbus.Variant, int32) (uint32, *dbus.Error) {
	const id = uint32(7)
	if err := s.conn.Emit(path, service+".ActionInvoked", id, Default); err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	return id, nil
}

func startedService() error {
	conn, err := dbus.Connect(os.Getenv("DBUS_STARTER_ADDRESS"))
	if err != nil {
		return err
	}
	if err := conn.Export(started{conn}, path, service); err != nil {
		return err
	}
	if _, err := conn.RequestName(service, dbus.NameFlagDoNotQueue); err != nil {
		return err
	}
	<-conn.Context().Done() // the bus ends
	return nil
}

// The first notification has the bus start the service: its numbers count, too.
func TestAStartedServiceIsHeard(t *testing.T) {
	services := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := "[D-BUS Service]\nName=" + service + "\nExec=" + program + "\n"
	if err := os.WriteFile(filepath.Join(services, service+".service"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(envStarted, "yes") // for what the bus starts
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t, services))
	d, acted, _ := run(t)
	d.Show("one", Note{Title: "Title", Actions: []Action{{Default, "Show"}}})
	if got := notifytest.Get(t, "the action", acted); got != "one default" {
		t.Errorf("acted: %q", got)
	}
}
