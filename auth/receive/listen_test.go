package receive

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/providers"
)

// freePort is a port that was free a moment ago.
func freePort(t *testing.T) int {
	t.Helper()
	l := occupy(t, "127.0.0.1:0")
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func occupy(t *testing.T, address string) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestListenPorts(t *testing.T) {
	busy := occupy(t, "127.0.0.1:0").Addr().(*net.TCPAddr).Port
	free := freePort(t)
	l, err := listenSockets(t.Context(), providers.Redirect{Host: "127.0.0.1", Ports: []int{busy, free}})
	if err != nil || l.port != free || l.host != fmt.Sprintf("127.0.0.1:%d", free) {
		t.Fatalf("%+v, %v", l, err)
	}
	defer l.close()
	_, err = listenSockets(t.Context(), providers.Redirect{Host: "127.0.0.1", Ports: []int{busy, free}})
	if !errors.Is(err, ErrPortBusy) || !strings.Contains(err.Error(), strconv.Itoa(busy)) || !strings.Contains(err.Error(), strconv.Itoa(free)) {
		t.Errorf("error is %v", err)
	}
}

func TestListenBothFamiliesForLocalhost(t *testing.T) {
	l, err := listenSockets(t.Context(), providers.Redirect{Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	if !strings.HasPrefix(l.host, "localhost:") {
		t.Errorf("host is %s", l.host)
	}
	for _, ln := range l.listeners {
		a := ln.Addr().(*net.TCPAddr)
		if !a.IP.IsLoopback() || a.Port != l.port {
			t.Errorf("listens on %v", a)
		}
	}
	probe, err := new(net.ListenConfig).Listen(t.Context(), "tcp6", "[::1]:0")
	if err != nil {
		if len(l.listeners) != 1 {
			t.Error("IPv6 where there is none")
		}
		return // this computer has no IPv6
	}
	_ = probe.Close()
	if len(l.listeners) != 2 {
		t.Error("the browser may come over IPv6 and finds nobody")
	}
	// Somebody else at the same port of ::1 would get the code: it is busy.
	port := freePort(t)
	occupy(t, fmt.Sprintf("[::1]:%d", port))
	if _, err := listenSockets(t.Context(), providers.Redirect{Host: "localhost", Ports: []int{port}}); !errors.Is(err, ErrPortBusy) {
		t.Errorf("error is %v", err)
	}
	six, err := listenSockets(t.Context(), providers.Redirect{Host: "[::1]"})
	if err != nil || !strings.HasPrefix(six.host, "[::1]:") {
		t.Fatalf("%+v, %v", six, err)
	}
	six.close()
}

func TestListenErrors(t *testing.T) {
	wrap := func(errno syscall.Errno) error {
		return &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", errno)}
	}
	if !isForbidden(wrap(syscall.EACCES)) || !isForbidden(wrap(10013)) || isForbidden(wrap(syscall.EADDRINUSE)) {
		t.Error("EACCES is not recognised")
	}
	if !isBusy(wrap(syscall.EADDRINUSE)) || !isBusy(wrap(10048)) || isBusy(wrap(syscall.EACCES)) {
		t.Error("EADDRINUSE is not recognised")
	}
}

func TestHostHeaders(t *testing.T) {
	l := &sockets{host: "localhost:8080", port: 8080}
	literal := &sockets{host: "127.0.0.1:8080", port: 8080}
	for host, want := range map[string][2]bool{
		"localhost:8080": {true, false}, "LOCALHOST:8080": {true, false}, "127.0.0.1:8080": {true, true}, "[::1]:8080": {true, true},
		"127.0.0.1": {}, "127.0.0.1:80": {}, "evil.example:8080": {}, "127.0.0.1.evil.example:8080": {}, "": {}, "0.0.0.0:8080": {}, "127.1:8080": {},
	} {
		if got := [2]bool{l.accepts(host), literal.accepts(host)}; got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
