package doctor

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/test/ports"
)

// ownProvider writes a provider's file.
func (p *patient) ownProvider(id, more string) {
	p.t.Helper()
	dir := filepath.Join(p.Home, "providers.d")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	text := "schema = 1\nid = \"" + id + "\"\nname = \"" + id + "\"\n" + more
	if err := os.WriteFile(filepath.Join(dir, id+".toml"), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func TestABusyPortIsFoundWithWhoHasIt(t *testing.T) {
	p := newPatient(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := l.Addr().(*net.TCPAddr).Port
	p.ownProvider("work", fmt.Sprintf("issuer = \"https://login.example.org\"\n[redirect]\nports = [%d]\n[client]\nid = \"x\"\n", port))
	r := p.is("ports", Fail, "Ports of work", fmt.Sprintf("ort %d is in use", port))
	if runtime.GOOS == "linux" && !strings.Contains(r.Found, fmt.Sprintf("(process %d)", os.Getpid())) {
		t.Errorf("by whom is not told: %s", r.Found)
	}
}

func TestAFreePortOfSeveralIsEnough(t *testing.T) {
	p := newPatient(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	free := ports.Free(t)
	p.ownProvider("work", fmt.Sprintf("issuer = \"https://login.example.org\"\n[redirect]\nports = [%d, %s]\n[client]\nid = \"x\"\n", l.Addr().(*net.TCPAddr).Port, free))
	p.is("ports", OK, fmt.Sprintf("Free: %s", free), "is in use")
}

func TestPortsOfOutgoingConnections(t *testing.T) {
	r := parseRange("32768\t60999\n", "3000,40000-40010\n")
	if want := (portRange{true, 32768, 60999, []span{{3000, 3000}, {40000, 40010}}}); !cmp.Equal(r, want, cmp.AllowUnexported(portRange{}, span{})) {
		t.Errorf("%+v", r)
	}
	for port, collides := range map[int]bool{51789: true, 40005: false, 8080: false, 32768: true, 60999: true, 61000: false} {
		f, got := outgoing(port, r)
		if got != collides {
			t.Errorf("%d: %v", port, f)
		}
		if got && !strings.HasSuffix(f.commands[0], fmt.Sprintf("=3000,40000-40010,%d", port)) {
			t.Errorf("what was reserved is lost: %s", f.commands)
		}
	}
	for _, odd := range []string{"", "x y"} {
		if _, got := outgoing(51789, parseRange(odd, "-,a-b,1-")); got {
			t.Errorf("%q is a range", odd)
		}
	}
}

func TestTheBrowserThatIsNamed(t *testing.T) {
	p := newPatient(t)
	p.env["BROWSER"] = "/no/such/browser"
	p.is("browser", Fail, "/no/such/browser", "unset BROWSER")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.env["BROWSER"] = self + " --new-window %s"
	p.is("browser", OK, self)
	p.env["BROWSER"] = "no-such-browser-here" + string(filepath.ListSeparator) + self
	p.is("browser", Warn, "no-such-browser-here", self)
}

func TestWithoutADisplayThereAreOtherWays(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system has a display")
	}
	p := newPatient(t)
	p.env["SSH_CONNECTION"] = "192.0.2.1 50000 192.0.2.2 22"
	p.is("browser", Warn, "no display", "over SSH", "--device")
}

func TestTheHandlerOfLinks(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{"HOME": home, "XDG_CONFIG_DIRS": filepath.Join(home, "none"), "XDG_DATA_DIRS": filepath.Join(home, "none")}
	getenv := func(name string) string { return env[name] }
	t.Setenv("PATH", home)
	if got := webHandler(getenv); got != "" {
		t.Errorf("%q", got)
	}
	apps := filepath.Join(home, ".local", "share", "applications")
	if err := os.MkdirAll(apps, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(home, ".config", "mimeapps.list"), "[Default Applications]\nx-scheme-handler/https=gone.desktop;here.desktop\n[Removed Associations]\nx-scheme-handler/https=other.desktop\n")
	if got := webHandler(getenv); got != "" {
		t.Errorf("%q is not installed", got)
	}
	write(filepath.Join(home, "x-www-browser"), "#!/bin/sh\n")
	if got := webHandler(getenv); got != "x-www-browser" {
		t.Errorf("%q", got)
	}
	write(filepath.Join(apps, "here.desktop"), "[Desktop Entry]\n")
	if got := webHandler(getenv); got != "here" {
		t.Errorf("%q", got)
	}
}
