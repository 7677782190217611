package cli

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus"

	"github.com/claviger/claviger/auth/authtest"
)

// examined is what claviger doctor --json prints.
type examined struct {
	Verdict string
	Checks  []struct {
		Group, Name, Title, Verdict, Found, Fix string
		Commands                                []string
	}
}

// doctor runs the examination and fails unless a check of that name has a verdict and
// its words.
func (w *world) doctor(name, verdict string, words ...string) {
	w.t.Helper()
	r := w.run("doctor", "--json")
	e := decode[examined](w.t, r.out)
	if failed := e.Verdict == "fail"; r.code != map[bool]int{true: 1, false: 0}[failed] {
		w.t.Errorf("exit code %d, and the verdict is %s", r.code, e.Verdict)
	}
	slices.Reverse(e.Checks)
	for _, c := range e.Checks {
		if c.Name != name {
			continue
		}
		text := strings.Join(append([]string{c.Found, c.Fix}, c.Commands...), "\n")
		if c.Verdict != verdict {
			w.t.Errorf("%s: %s, want %s\n%s", name, c.Verdict, verdict, text)
		}
		for _, word := range words {
			if !strings.Contains(text, word) {
				w.t.Errorf("%s: no %q in\n%s", name, word, text)
			}
		}
		return
	}
	w.t.Errorf("no check is called %s in %s", name, r.out)
}

func TestDoctor(t *testing.T) {
	w, _ := signedIn(t, 3600)
	before := w.want(0, "vault", "status").out
	r := w.want(0, "doctor")
	for _, words := range []string{"Signing in\n", "✓ Browser", "✓ Accounts", "1 account.", "problems"} {
		if !strings.Contains(r.out, words) {
			t.Errorf("no %q in\n%s", words, r.out)
		}
	}
	if r.stderr != "" {
		t.Errorf("standard error: %s", r.stderr)
	}
	if after := w.want(0, "vault", "status").out; after != before {
		t.Errorf("the vault was\n%s and is\n%s", before, after)
	}
	w.want(2, "doctor", "extra")

	w.set("BROWSER", "/no/such/browser")
	w.doctor("browser", "fail", "/no/such/browser", "unset BROWSER")
	if r := w.want(1, "doctor"); !strings.Contains(r.out, "✗ Browser") || !strings.Contains(r.out, "1 problem") {
		t.Errorf("%s", r.out)
	}
	if err := os.Chmod(filepath.Join(w.home, "vault", "key.age"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.doctor("vault-files", "warn", "key.age", "chmod -R u+rwX,go=")
	if err := os.Chmod(w.home, 0o777); err != nil {
		t.Fatal(err)
	}
	w.doctor("folder", "fail", "chmod go-w", w.home)
	w.doctor("accounts", "skipped", "the folder cannot be used")
}

// Nobody is asked for a passphrase.
func TestDoctorAsksForNothing(t *testing.T) {
	w, _ := signedIn(t, 3600)
	blind := w.keyless()
	blind.doctor("accounts", "skipped", "the vault is locked")
	w.want(0, "vault", "lock")
	w.doctor("accounts", "skipped", "the vault is locked")
	w.doctor("vault", "ok", "It is locked", "claviger vault unlock")
}

func TestDoctorWithAKeyring(t *testing.T) {
	w, _, ring := ringWorld(t)
	w.want(0, "login", "acme", "--timeout", "90s")
	w.doctor("keyring", "ok", "available")
	w.doctor("accounts", "ok", "1 account")

	ring.fails(func(s *ringService) { s.locked = true })
	w.doctor("keyring", "fail", "locked", "Unlock it")
	w.doctor("accounts", "skipped", "the keyring is locked")

	ring.fails(func(s *ringService) { s.hang = true })
	w.doctor("keyring", "fail", "not")
	w.doctor("localhost", "ok")

	w.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
	w.doctor("keyring", "fail", "there is no D-Bus session")

	bus, _ := silentBus(t)
	w.set("DBUS_SESSION_BUS_ADDRESS", bus)
	w.doctor("keyring", "fail", "does not respond")
}

// A keyring that the bus would start is not started.
func TestDoctorStartsNoKeyring(t *testing.T) {
	w := newWorld(t)
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("this machine has no dbus-daemon")
	}
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	script := filepath.Join(dir, "start")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch "+started+"\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	services := filepath.Join(dir, "dbus-1", "services")
	if err := os.MkdirAll(services, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ringName, "org.freedesktop.Notifications"} {
		text := "[D-BUS Service]\nName=" + name + "\nExec=" + script + "\n"
		if err := os.WriteFile(filepath.Join(services, name+".service"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	address := startBus(t, "XDG_DATA_HOME="+dir, "XDG_DATA_DIRS="+dir, "XDG_RUNTIME_DIR="+dir)
	w.set("DBUS_SESSION_BUS_ADDRESS", address)
	w.doctor("keyring", "ok", "starts when it is needed")
	if _, err := os.Lstat(started); err == nil {
		t.Error("it was started")
	}
	// It would have been: the test is one.
	bus, err := dbus.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bus.Close() }()
	if err := bus.Auth(nil); err != nil {
		t.Fatal(err)
	}
	if err := bus.Hello(); err != nil {
		t.Fatal(err)
	}
	_ = bus.Object(ringName, ringRoot).Call("org.freedesktop.DBus.Peer.Ping", 0).Err // it ends without a name
	if _, err := os.Lstat(started); err != nil {
		t.Errorf("the bus starts nothing: %v", err)
	}
}

// What hangs is told, and holds up nothing: an agent that is stopped, a proxy that says
// nothing.
func TestDoctorOfWhatHangs(t *testing.T) {
	w, _ := signedIn(t, 3600)
	a := w.startAgent()
	w.doctor("agent", "warn", asBrowser+" may change a provider")
	w.set(asBrowser, "")
	w.doctor("agent", "ok", "It runs")
	if err := a.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	w.doctor("agent", "fail", "does not answer", "kill "+strconv.Itoa(a.Process.Pid))
	if err := a.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = a.Wait() // it was killed
	w.doctor("agent", "warn", "left its socket")

	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w.providerFile("far", "id = \"far\"\nname = \"Far\"\nissuer = \"https://login.example.org\"\n[client]\nid = \"x\"\n")
	w.set("HTTPS_PROXY", "http://me:"+canary+"@"+l.Addr().String())
	w.doctor("provider", "fail", "claviger providers test far")
	w.doctor("proxy", "ok", "far through "+l.Addr().String())
	if r := w.want(0, "doctor", "--offline"); !strings.Contains(r.out, "Left out") {
		t.Errorf("%s", r.out)
	}
	proxy := authtest.NewProxy(t, l.Addr().String())
	proxy.Demand("", 403)
	w.set("HTTPS_PROXY", "http://me:"+canary+"@"+strings.TrimPrefix(proxy.URL, "http://"))
	w.doctor("provider", "fail", "403", "proxy")
	w.set("HTTPS_PROXY", "http://me:"+canary+" %zz@proxy.example")
	w.doctor("proxy", "fail", "not a valid")
}

// A folder that cannot be written, whoever looks.
func TestDoctorOfAReadOnlyFolder(t *testing.T) {
	p := signedInPerson(t)
	if err := os.Chmod(p.home, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(p.home, 0o700) })
	r := p.user(me(), "doctor")
	if r.code != 1 || !strings.Contains(r.out, "✗ Folder") || !strings.Contains(r.out, "cannot be written") {
		t.Errorf("exit code %d\n%s\n%s", r.code, r.out, r.stderr)
	}
	if os.Getuid() != 0 {
		return // only the superuser is two users
	}
	if r := p.user(0, "doctor"); r.code != 1 || !strings.Contains(r.out, "✗ Folder") || !strings.Contains(r.out, "another user") {
		t.Errorf("of another user: exit code %d\n%s\n%s", r.code, r.out, r.stderr)
	}
}
