package auth

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/trace"
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
	l, err := listenLoopback(t.Context(), providers.Redirect{Host: "127.0.0.1", Ports: []int{busy, free}})
	if err != nil || l.port != free || l.host != fmt.Sprintf("127.0.0.1:%d", free) {
		t.Fatalf("%+v, %v", l, err)
	}
	defer l.close()
	_, err = listenLoopback(t.Context(), providers.Redirect{Host: "127.0.0.1", Ports: []int{busy, free}})
	if !errors.Is(err, ErrPortBusy) || !strings.Contains(err.Error(), strconv.Itoa(busy)) || !strings.Contains(err.Error(), strconv.Itoa(free)) {
		t.Errorf("error is %v", err)
	}
}

func TestListenBothFamiliesForLocalhost(t *testing.T) {
	l, err := listenLoopback(t.Context(), providers.Redirect{Host: "localhost"})
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
	if _, err := listenLoopback(t.Context(), providers.Redirect{Host: "localhost", Ports: []int{port}}); !errors.Is(err, ErrPortBusy) {
		t.Errorf("error is %v", err)
	}
	six, err := listenLoopback(t.Context(), providers.Redirect{Host: "[::1]"})
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

func TestStartWithBusyPort(t *testing.T) {
	op := newFakeOP(t)
	busy := occupy(t, "127.0.0.1:0").Addr().(*net.TCPAddr).Port
	a := newTestAgent(t, op, func(p *providers.Provider) { p.Redirect.Ports = []int{busy} }, nil)
	var events []Event
	_, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Observe: func(e Event) { events = append(events, e) }})
	if !errors.Is(err, ErrPortBusy) {
		t.Fatalf("error is %v", err)
	}
	if last := events[len(events)-1]; last.Step != StepListen || last.Phase != Broken {
		t.Errorf("last event is %+v", last)
	}
}

func TestHostHeaders(t *testing.T) {
	l := &loopback{host: "localhost:8080", port: 8080}
	literal := &loopback{host: "127.0.0.1:8080", port: 8080}
	for host, want := range map[string][2]bool{
		"localhost:8080": {true, false}, "LOCALHOST:8080": {true, false}, "127.0.0.1:8080": {true, true}, "[::1]:8080": {true, true},
		"127.0.0.1": {}, "127.0.0.1:80": {}, "evil.example:8080": {}, "127.0.0.1.evil.example:8080": {}, "": {}, "0.0.0.0:8080": {}, "127.1:8080": {},
	} {
		if got := [2]bool{l.accepts(host), literal.accepts(host)}; got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

func TestRootPath(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, func(p *providers.Provider) { p.Redirect.Path, p.Redirect.Host = "/", "localhost" }, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(op.authorize(f.URL()))
	u.Path = "" // a browser makes "/" of it
	visit(t.Context(), u.String())
	if _, err := f.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// judgedWell reports whether a query is one for the flow of that state, and fails
// where it was taken for more or less than it is.
func judgedWell(t *testing.T, query, state string, ans answer, reason string) (ours bool) {
	t.Helper()
	v, err := url.ParseQuery(query)
	ours = err == nil && len(v["state"]) == 1 && v.Get("state") == state
	if !ours && reason == "" {
		t.Errorf("%q is accepted", query)
	}
	if reason == "" && ans.err == nil && ans.code.IsZero() {
		t.Error("neither code nor error")
	}
	if reason == "" && ans.err == nil && v.Has("iss") && v.Get("iss") != "https://op" {
		t.Error("an answer of another issuer is taken")
	}
	if ans.err != nil && strings.Contains(ans.err.Error(), state) {
		t.Error("the error tells the state")
	}
	return ours
}

func FuzzCallback(f *testing.F) {
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }})
	if err != nil {
		f.Fatal(err)
	}
	const state = "state-of-the-fuzz" // the corpus has it
	for _, s := range []string{
		"", "code=x&state=" + state, "state=" + state, "error=x&error_description=%3Cb%3E&state=" + state, "code=x&code=y&state=" + state,
		"iss=https%3A%2F%2Fop&code=x&state=" + state, "iss=https%3A%2F%2Fevil&code=x&state=" + state, "iss=&code=x&state=" + state, "state=" + state + "&state=", "%zz", "state", "code=x;state=" + state,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		flow := &Flow{
			a: a, p: &providers.Provider{}, md: &providers.Metadata{Issuer: "https://op"}, attempt: attempt{state: state},
			ev: trace.NewLog(a.now, nil), answer: make(chan answer, 1), done: make(chan struct{}),
		}
		c := &callback{f: flow, l: &loopback{host: "127.0.0.1:1", port: 1}, path: "/callback", redirect: "http://127.0.0.1:1/callback"}
		ans, reason := c.judge(query)
		ours := judgedWell(t, query, state, ans, reason)
		if !ours {
			if err := c.paste("http://127.0.0.1:1/callback?" + query); !errors.Is(err, ErrPasted) {
				t.Errorf("pasted: %v", err)
			}
		}
	})
}
