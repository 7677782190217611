package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// TestPortForbidden: a port that the system keeps for the privileged.
func TestPortForbidden(t *testing.T) {
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
	if err != nil {
		t.Fatal(err)
	}
	if first, err := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || first <= 81 {
		t.Skip("this system gives every port to everybody")
	}
	w := newWorld(t)
	w.cheapKey()
	w.oddProvider(authtest.Behaviour{}, "[redirect]\nports = [81]\nregister = \"http://127.0.0.1:81/callback\"\n")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, stderr bytes.Buffer
	cmd := w.command(ctx, "login", "odd", "--timeout", "20s")
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := startUnprivileged(cmd); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code says how
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	result{stderr: stderr.String(), out: out.String()}.says(t,
		"does not allow the sign-in port", "Port 81 is needed", "Choose a port above 1024")
}

// startUnprivileged starts a command that may not bind low ports, even for root:
// a capability that left the bounding set is not given back by an exec.
func startUnprivileged(cmd *exec.Cmd) error {
	const (
		capBsetDrop    = 24 // PR_CAPBSET_DROP
		netBindService = 10 // CAP_NET_BIND_SERVICE
	)
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		if os.Getuid() == 0 {
			if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, capBsetDrop, netBindService, 0); errno != 0 {
				done <- errno
				return
			}
		}
		done <- cmd.Start()
	}()
	return <-done
}

// silentBus takes connections, which it counts, and says nothing.
func silentBus(t *testing.T) (address string, calls *atomic.Int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bus")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	calls = new(atomic.Int64)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			calls.Add(1)
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = io.Copy(io.Discard, conn)
			}()
		}
	}()
	return "unix:path=" + path, calls
}

// TestSilentBus: a D-Bus session that hangs holds up no command.
func TestSilentBus(t *testing.T) {
	w := newWorld(t)
	bus, calls := silentBus(t)
	w.set("DBUS_SESSION_BUS_ADDRESS", bus)
	p := startProvider(t)
	p.file(t, w.home)
	w.want(0, "version")
	if n := calls.Load(); n > 1 { // the look whether it answers
		t.Errorf("version asked the bus %d times", n)
	}
	// A vault with a passphrase needs no keyring.
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "accounts")
	w.want(0, "token")
	// The child is given the address as it was.
	if r := w.want(0, "exec", "--", "sh", "-c", `printf %s "$DBUS_SESSION_BUS_ADDRESS"`); !strings.HasSuffix(r.out, "/bus") {
		t.Errorf("the command's bus is %q", r.out)
	}

	other := newSilentWorld(t)
	p.file(t, other.home)
	other.want(5, "login", "acme", "--timeout", "20s").says(t,
		"desktop keyring does not respond", "restart it", "claviger vault passphrase", "--no-remember")
	if r := other.want(0, "vault", "status"); !strings.Contains(r.out, "does not respond") {
		t.Errorf("status:\n%s", r.out)
	}
	other.want(0, "login", "acme", "--no-remember", "--timeout", "20s")
}

// newSilentWorld has no passphrase and a bus that says nothing.
func newSilentWorld(t *testing.T) *world {
	t.Helper()
	w := bareWorld(t)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	bus, _ := silentBus(t)
	w.set("DBUS_SESSION_BUS_ADDRESS", bus)
	return w
}

// TestNoKeyring: a machine without a D-Bus session.
func TestNoKeyring(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	w.want(5, "login", "acme", "--timeout", "20s").says(t,
		"No keyring is available", "passphrase", "claviger vault passphrase", "--no-remember")
	w.want(0, "accounts")
}

// TestTheVaultComesBeforeTheBrowser: a person is not let through a whole sign-in
// that cannot be remembered, and nothing is kept in another place instead.
func TestTheVaultComesBeforeTheBrowser(t *testing.T) {
	silent := bareWorld(t)
	bus, _ := silentBus(t)
	silent.set("DBUS_SESSION_BUS_ADDRESS", bus)
	none := newWorld(t)
	wrong := bareWorld(t)
	bad := filepath.Join(wrong.home, "passphrase")
	if err := os.WriteFile(bad, []byte("not the one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		w    *world
		file string
	}{"silent bus": {silent, ""}, "no bus": {none, ""}, "wrong passphrase": {wrong, bad}} {
		p := c.w.oddProvider(authtest.Behaviour{}, "")
		if c.file != "" {
			c.w.loginOdd(p, authtest.Mira)
		}
		before := homeFiles(t, c.w.home)
		c.w.set("CLAVIGER_PASSPHRASE_FILE", c.file)
		p.Forget()
		c.w.want(5, "login", "odd", "--timeout", "20s")
		if n := p.Count(authtest.Authorize); n != 0 {
			t.Errorf("%s: the browser was opened", name)
		}
		if now := homeFiles(t, c.w.home); len(now) > len(before) {
			t.Errorf("%s: files %v, and %v before", name, now, before)
		}
	}
}

// homeFiles are all files of a home but locks, which hold nothing.
func homeFiles(t *testing.T, home string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && filepath.Ext(path) != ".lock" {
			files = append(files, strings.TrimPrefix(path, home))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// withKeyring runs a shell script beside a real Secret Service; keyring is the
// line that starts it, and "$0" the command.
func (w *world) withKeyring(keyring, script string) result {
	w.t.Helper()
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			w.t.Skip("this machine has no", program) // a desktop has
		}
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", keyring+"\n"+script, binary)
	home := filepath.Dir(w.home)
	cmd.Env = append(slices.Clone(w.env), "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home+"/data")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

// The lines that start a keyring.
const (
	lockedKeyring   = `gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1`
	unlockedKeyring = `printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1`
)

// TestLockedKeyring: a real Secret Service whose keyring nobody unlocked.
func TestLockedKeyring(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	r := w.withKeyring(lockedKeyring, `exec "$0" login acme --timeout 20s`)
	if r.code != 5 {
		t.Errorf("exit code %d, want 5", r.code)
	}
	r.says(t, "desktop keyring is locked", "Unlock it", "claviger vault passphrase")
}

// TestKeyringAndPassphrase: with both, neither opens the vault without the
// other, and each can be taken away again.
func TestKeyringAndPassphrase(t *testing.T) {
	w, _ := signedIn(t, 3600)
	r := w.withKeyring(unlockedKeyring, `set -e
echo "correct horse battery staple" | "$0" vault passphrase --both
"$0" token > /dev/null
"$0" vault status
(unset CLAVIGER_PASSPHRASE_FILE; "$0" token) && exit 11
(unset DBUS_SESSION_BUS_ADDRESS; "$0" token) && exit 12
"$0" vault lock
"$0" token && exit 13
"$0" vault unlock
"$0" token > /dev/null
"$0" vault passphrase --keyring
(unset CLAVIGER_PASSPHRASE_FILE; "$0" token > /dev/null)
echo "correct horse battery staple" | "$0" vault passphrase
(unset DBUS_SESSION_BUS_ADDRESS; "$0" token > /dev/null)
`)
	if r.code != 0 || !strings.Contains(r.out, "keyring together with a passphrase") {
		t.Errorf("exit code %d\n%s%s", r.code, r.out, r.stderr)
	}
	w.want(0, "token")
}

// TestDiskFull: before a sign-in, in the middle of one, and at a refresh.
func TestDiskFull(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	w.cheapKey()
	w.smallDisk()
	p.file(t, w.home)
	w.want(0, "login", "acme", "--timeout", "20s")
	before := w.want(0, "token").out

	// Before: the person is not sent to the browser for nothing.
	full := w.fillDisk()
	r := w.want(1, "login", "acme", "--timeout", "20s")
	r.says(t, "The disk is full", "Nothing saved is lost", "Free some space")
	if strings.Contains(r.stderr, "/authorize?") {
		t.Error("the browser was opened before it was clear that nothing can be stored")
	}
	if got := w.want(0, "token").out; got != before {
		t.Errorf("token %q, want %q", got, before)
	}

	// A refresh: the refresh token is not spent.
	w.want(1, "token", "--force").says(t, "The disk is full", "Nothing saved is lost", "Free some space")
	if n, _, _ := p.counts(); n != 0 {
		t.Errorf("%d refreshes whose tokens have no place", n)
	}
	w.want(0, "accounts")
	w.want(0, "whoami")
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	w.want(0, "token", "--force")
	if n, reused, _ := p.counts(); n != 1 || reused {
		t.Errorf("%d refreshes, reused %v", n, reused)
	}

	// In the middle: the disk is full when the code comes.
	after := w.want(0, "token").out
	p.before(func() { full = w.fillDisk() })
	r = w.want(1, "login", "acme", "--timeout", "20s")
	r.says(t, "could not be stored", "not saved", "The disk is full", "Free some space")
	p.before(nil)
	if got := w.want(0, "token").out; got != after {
		t.Errorf("token %q, want the one of before, %q", got, after)
	}
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	if strings.Count(r.stderr, "Signed in, but not saved\n") != 1 {
		t.Errorf("not said once:\n%s", r.stderr)
	}
	w.want(0, "vault", "check")
	w.want(0, "login", "acme", "--timeout", "20s")
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != 1 {
		t.Errorf("accounts %+v", list)
	}
}
