//go:build linux

// Package notifytest has a session's bus and a notification service of a test's own.
package notifytest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// The notification service (Desktop Notifications Specification §9).
const (
	Service = "org.freedesktop.Notifications"
	Path    = dbus.ObjectPath("/org/freedesktop/Notifications")
)

// Bus starts a bus, until the test ends, and returns its address. It starts the services
// that these folders have files of. Without a dbus-daemon here the test is skipped.
func Bus(t *testing.T, services ...string) (address string) {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("no dbus-daemon here")
	}
	config := filepath.Join(t.TempDir(), "bus.conf")
	text := `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>`
	for _, dir := range services {
		text += "<servicedir>" + dir + "</servicedir>"
	}
	text += "</busconfig>"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--config-file="+config, "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it was not asked to end
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// Connect connects to a bus.
func Connect(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // a test may have closed it
	return conn
}

// Shown is a notification as the service got it.
type Shown struct {
	ID, Replaces uint32
	App, Icon    string
	Title, Body  string
	Actions      []string
	Hints        map[string]dbus.Variant
}

// Server is a notification service.
type Server struct {
	Conn *dbus.Conn
	// Notes and Closed get what programs ask for.
	Notes  chan Shown
	Closed chan uint32

	caps []string
	mu   sync.Mutex
	last uint32
	hang chan struct{} // what calls wait for
}

// Serve makes the test the notification service of a bus, with these capabilities. What
// was it before must be gone, or be about to.
func Serve(t *testing.T, address string, caps ...string) *Server {
	t.Helper()
	s := &Server{Conn: Connect(t, address), caps: caps, Notes: make(chan Shown, 16), Closed: make(chan uint32, 16)}
	if err := s.Conn.Export(methods{s}, Path, Service); err != nil {
		t.Fatal(err)
	}
	for {
		r, err := s.Conn.RequestName(Service, dbus.NameFlagDoNotQueue)
		if err != nil {
			t.Fatal(err)
		}
		if r == dbus.RequestNameReplyPrimaryOwner {
			return s
		}
	}
}

// Hang lets calls wait until the returned function is called.
func (s *Server) Hang() (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hang = make(chan struct{})
	hang := s.hang
	return func() { close(hang) }
}

// methods are what the bus sees.
type methods struct{ s *Server }

func (m methods) wait() {
	m.s.mu.Lock()
	hang := m.s.hang
	m.s.mu.Unlock()
	if hang != nil {
		<-hang
	}
}

// GetCapabilities is a method of the service.
func (m methods) GetCapabilities() ([]string, *dbus.Error) {
	m.wait()
	return m.s.caps, nil
}

// Notify is a method of the service.
func (m methods) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	m.wait()
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	id := replaces
	if id == 0 {
		m.s.last++
		id = m.s.last
	}
	m.s.Notes <- Shown{id, replaces, app, icon, title, body, actions, hints}
	return id, nil
}

// CloseNotification is a method of the service.
func (m methods) CloseNotification(id uint32) *dbus.Error {
	m.s.Closed <- id
	return nil
}

// Emit sends a signal of the service.
func (s *Server) Emit(t *testing.T, name string, args ...any) {
	t.Helper()
	if err := s.Conn.Emit(Path, Service+"."+name, args...); err != nil {
		t.Fatal(err)
	}
}

// Get waits for what a test expects.
func Get[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(time.Minute):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}
