//go:build e2e

package desktop

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Desktop is a display, a session bus with an unlocked keyring, and a browser
// that the program under test can open.
type Desktop struct {
	t testing.TB
	// Dir is the home of everything that the desktop writes.
	Dir string
	// Display is the X display, ":7".
	Display string
	bus     string
	pid     string // of the window that was placed last
	latest  page   // what was seen last
}

// programs are those that a desktop is made of.
var programs = []string{"Xvfb", "openbox", "xprop", "xdotool", "dbus-daemon", "dbus-send", "gnome-keyring-daemon", "chromium", "tesseract", "zbarimg"}

// Start starts a desktop with a screen of the given size. Desktops share nothing:
// their tests run side by side, as many at once as -parallel says.
func Start(t testing.TB, width, height int) *Desktop {
	t.Helper()
	return StartIn(t, t.TempDir, width, height)
}

// StartIn is Start with a folder for everything, which is made when it is this test's turn.
func StartIn(t testing.TB, dir func() string, width, height int) *Desktop {
	t.Helper()
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("this machine has no %s", name)
		}
	}
	if t, ok := t.(*testing.T); ok { // no benchmark
		t.Parallel()
	}
	d := &Desktop{t: t, Dir: dir()}
	for _, sub := range []string{"run", "home", "browser", "screen"} {
		if err := os.Mkdir(filepath.Join(d.Dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.startDisplay(width, height)
	d.startBus()
	d.startKeyring()
	d.writeBrowser()
	d.startWindowManager()
	return d
}

// Env is the environment of a program on this desktop, with extra "key=value"
// pairs.
func (d *Desktop) Env(extra ...string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(d.Dir, "home"),
		"XDG_RUNTIME_DIR=" + filepath.Join(d.Dir, "run"),
		"DISPLAY=" + d.Display,
		"LANG=C.UTF-8",
		"LIBGL_ALWAYS_SOFTWARE=1",
		"BROWSER=" + d.BrowserScript(),
	}
	if d.bus != "" {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+d.bus)
	}
	return append(env, extra...)
}

// startDisplay lets Xvfb choose a free display number and print it. -noreset: else it
// begins anew when its last client leaves, and one that comes just then waits for ever.
func (d *Desktop) startDisplay(width, height int) {
	d.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-nocursor", "-noreset",
		"-fbdir", filepath.Join(d.Dir, "screen"))
	cmd.ExtraFiles = []*os.File{w}
	d.start("Xvfb", cmd)
	_ = w.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.t.Fatalf("Xvfb printed no display: %v", err)
	}
	d.Display = ":" + strings.TrimSpace(line)
}

func (d *Desktop) startBus() {
	d.t.Helper()
	// The services of this machine, such as a portal of its own, are no part of it.
	config := filepath.Join(d.Dir, "bus.conf")
	const text = `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	d.start("dbus-daemon", cmd)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		d.t.Fatalf("dbus-daemon printed no address: %v", err)
	}
	d.bus = strings.TrimSpace(line)
}

// startKeyring unlocks a fresh gnome-keyring with a password, as a log-in does.
func (d *Desktop) startKeyring() {
	d.t.Helper()
	cmd := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Stdin = strings.NewReader("correct horse")
	d.start("gnome-keyring", cmd)
	d.owned("org.freedesktop.secrets")
}

// owned waits until a service has its name on the bus. Asking the bus who owns the name
// does not start a second one, which asking the service itself too early would.
func (d *Desktop) owned(name string) {
	d.t.Helper()
	d.Eventually(name+" answers", func() error {
		out, err := d.Command("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus",
			"/", "org.freedesktop.DBus.NameHasOwner", "string:"+name).Output()
		if err == nil && !strings.Contains(string(out), "true") {
			err = errors.New("nobody owns the name yet")
		}
		return err
	})
}

// startWindowManager leaves out frames and borders, so that a window is where it is put.
func (d *Desktop) startWindowManager() {
	d.t.Helper()
	config := filepath.Join(d.Dir, "openbox.xml")
	const text = `<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
<theme><keepBorder>no</keepBorder></theme>
<focus><focusNew>yes</focusNew></focus>
<applications><application class="*"><decor>no</decor></application></applications>
</openbox_config>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.start("openbox", exec.Command("openbox", "--config-file", config))
	// A window that comes before its manager may stay where nobody moves it (EWMH,
	// _NET_SUPPORTING_WM_CHECK).
	d.Eventually("the window manager", func() error {
		out, err := d.Command("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").Output()
		if err == nil && !strings.Contains(string(out), "window id") {
			err = errors.New("none yet")
		}
		return err
	})
}

// Command prepares a program on this desktop.
func (d *Desktop) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(d.t.Context(), name, args...)
	cmd.Env = d.Env()
	return cmd
}

// start starts another program and ends it with the test.
func (d *Desktop) start(label string, cmd *exec.Cmd) {
	d.t.Helper()
	if cmd.Env == nil {
		cmd.Env = d.Env()
	}
	var log Log
	cmd.Stderr = &log
	cmd.WaitDelay = 5 * time.Second // services that the bus started have its standard error
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("start %s: %v", label, err)
	}
	d.t.Cleanup(func() {
		Stop(cmd)
		if d.t.Failed() {
			d.t.Logf("%s said:\n%s", label, log.Tail(2000))
		}
	})
}

// Stop ends a program that this test started, and waits for it.
func Stop(cmd *exec.Cmd) {
	if cmd.Process == nil || cmd.ProcessState != nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = cmd.Process.Kill()
		<-done
	}
}

// patience is how long a test waits for what should come soon. It is no measure:
// machines can be busy.
const patience = 2 * time.Minute

// Eventually tries check until it succeeds.
func (d *Desktop) Eventually(what string, check func() error) {
	d.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			d.Keep("timeout")
			d.t.Fatalf("%s: not within %v: %v", what, patience, err)
		}
	}
}

// Log collects what a program prints, safely while it runs.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Tail returns the last n bytes.
func (l *Log) Tail(n int) string {
	s := l.String()
	return s[max(0, len(s)-n):]
}

var _ io.Writer = (*Log)(nil)
