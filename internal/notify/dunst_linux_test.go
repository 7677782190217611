package notify

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/internal/notify/notifytest"
)

// dunst is a real notification service on a display of its own.
type dunst struct {
	t   *testing.T
	env []string
}

func startDunst(t *testing.T, setting string) dunst {
	t.Helper()
	for _, name := range []string{unpacked("dunst"), unpacked("dunstctl"), "Xvfb"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("this machine has no %s", filepath.Base(name))
		}
	}
	bus := notifytest.Bus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	xvfb := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "700x300x24", "-nolisten", "tcp", "-noreset")
	xvfb.ExtraFiles = []*os.File{w}
	starts(t, xvfb)
	_ = w.Close()
	display, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	d := dunst{t, append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(display), "DBUS_SESSION_BUS_ADDRESS="+bus)}
	config := filepath.Join(t.TempDir(), "dunstrc")
	if err := os.WriteFile(config, []byte("[global]\nfont = Noto Sans 11\n"+setting+"\n[urgency_normal]\ntimeout = 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(unpacked("dunst"), "-conf", config)
	cmd.Env = d.env
	starts(t, cmd)
	conn := notifytest.Connect(t, bus)
	for there := false; !there; {
		if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, notifytest.Service).Store(&there); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// unpacked is a program of dunst where script/test has put it, or else the machine's.
func unpacked(name string) string {
	if dir := os.Getenv("CLAVIGER_DUNST"); dir != "" {
		return filepath.Join(dir, "usr", "bin", name)
	}
	return name
}

// starts starts a program that ends with the test.
func starts(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it was not asked to end
}

func (d dunst) ctl(args ...string) string {
	d.t.Helper()
	cmd := exec.Command(unpacked("dunstctl"), args...)
	cmd.Env = d.env
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("dunstctl %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// shows waits until so many notifications are on the screen.
func (d dunst) shows(count string) {
	d.t.Helper()
	for limit := time.Now().Add(time.Minute); d.ctl("count", "displayed") != count; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			d.t.Fatalf("%s are displayed, not %s", d.ctl("count", "displayed"), count)
		}
	}
}

// keep takes a picture of the screen, for a person who looks at it.
func (d dunst) keep(name string) {
	dir := os.Getenv("CLAVIGER_PICTURES")
	if dir == "" {
		return
	}
	cmd := exec.Command("import", "-window", "root", filepath.Join(dir, name+".png"))
	cmd.Env = d.env
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Errorf("%v: %s", err, out)
	}
}

// A real service shows what is wanted, with markup in it as plain text, tells what the
// person chose, and takes it away.
func TestDunst(t *testing.T) {
	for setting, body := range map[string]string{
		"markup = full": `reporter &amp; \"others\" at &lt;i&gt;Acme&lt;/i&gt;`,
		"":              `reporter & \"others\" at ‹i›Acme‹/i›`, // it says that it reads no markup, and does
	} {
		t.Run(setting, func(t *testing.T) {
			service := startDunst(t, setting)
			d, acted, _ := run(t)
			d.Show("one", Note{Title: "A <b>program</b> wants a token", Body: `reporter & "others" at <i>Acme</i>`, Actions: []Action{{Default, "Show"}, {"sign-in", "Sign in"}}})
			service.shows("1")
			d.Show("two", Note{Title: "Urgent", Body: "It stays.", Urgent: true, Actions: []Action{{"sign-in", "Sign in"}}})
			service.shows("2")
			service.keep("dunst-" + strings.TrimPrefix(setting, "markup = "))
			// The first in the list is the urgent one; one that has an action for a click gets that.
			for _, c := range []struct{ slot, key, left string }{{"two", "sign-in", "1"}, {"one", "default", "0"}} {
				service.ctl("action", "0")
				if got := notifytest.Get(t, "the action", acted); got != c.slot+" "+c.key {
					t.Errorf("acted: %q", got)
				}
				d.Close(c.slot)
				service.shows(c.left)
			}
			history := service.ctl("history")
			for _, text := range []string{"A <b>program</b> wants a token", body} {
				if !strings.Contains(history, text) {
					t.Errorf("%q is not in %s", text, history)
				}
			}
		})
	}
}
