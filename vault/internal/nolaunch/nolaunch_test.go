package nolaunch

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bus answers connections at a path, each with handle.
func bus(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bus")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				handle(conn)
			}()
		}
	}()
	return path
}

func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func TestSilent(t *testing.T) {
	hanging := bus(t, hang)
	authOnly := bus(t, func(conn net.Conn) {
		_, _ = bufio.NewReader(conn).ReadString('\n')
		_, _ = conn.Write([]byte("OK 1234deadbeef\r\n"))
		hang(conn)
	})
	refusing := bus(t, func(conn net.Conn) {
		_, _ = bufio.NewReader(conn).ReadString('\n')
		_, _ = conn.Write([]byte("REJECTED DBUS_COOKIE_SHA1\r\n"))
	})
	closing := bus(t, func(net.Conn) {})
	for address, want := range map[string]bool{
		"unix:path=" + hanging:                                 true,
		"unix:path=" + hanging + ",guid=0123":                  true,
		"unix:path=/nowhere/at/all;unix:path=" + hanging:       true,
		"unix:path=" + strings.ReplaceAll(hanging, "b", "%62"): true,
		"unix:path=" + authOnly:                                true,
		"unix:path=" + refusing:                                false,
		"unix:path=" + closing:                                 false,
		"unix:path=/nowhere/at/all":                            false,
		"nonce-tcp:host=127.0.0.1,port=1":                      false,
		"unix:":                                                false,
		"rubbish":                                              false,
		"":                                                     false,
	} {
		// The silent ones take all of it.
		if got := silent(address, time.Now().Add(200*time.Millisecond)); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

// A real bus understands the greeting.
func TestRealBus(t *testing.T) {
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("this machine has no dbus-daemon") // a desktop has
	}
	address := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	cmd := exec.CommandContext(t.Context(), "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", "--address="+address)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }() // killed
	defer func() { _ = cmd.Process.Kill() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(line)
	if silent(address, time.Now().Add(20*time.Second)) {
		t.Error("a bus that works is taken for a silent one")
	}
	_, path := endpoint(address)
	conn, err := new(net.Dialer).DialContext(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := greet(conn, time.Now().Add(20*time.Second)); err != nil {
		t.Errorf("the bus does not answer the greeting: %v", err)
	}
}
