//go:build e2e && linux

package windows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// screen is wine's desktop, with a window of Claviger in its middle; tray is the icon in
// the corner of its taskbar. It has one if it does not fill the screen of X.
var (
	screen = desktop.Region{W: 1240, H: 860}
	tray   = desktop.Region{X: 1219, Y: 839, W: 20, H: 20}
)

// machine is a Windows of a person, with a desktop that this one shows.
type machine struct {
	t *testing.T
	d *desktop.Desktop
	// window, commands and helper are programs for Windows: Claviger, its commands, and
	// the tests of this package for Windows, which are a browser and a program that asks.
	window, commands, helper string
	// home is Claviger's folder.
	home   string
	placed bool
	env    []string
}

// newMachine is one on which Claviger was never started.
func newMachine(t *testing.T) *machine {
	t.Helper()
	programs, prefix := os.Getenv("TEST_PROGRAMS"), os.Getenv("WINEPREFIX")
	if programs == "" || prefix == "" {
		t.Skip("script/windows runs it: it needs wine, and the programs for Windows")
	}
	m := &machine{
		t: t, d: desktop.Start(t, screen.W+40, screen.H+40),
		window: filepath.Join(programs, "window", "claviger.exe"), commands: filepath.Join(programs, "claviger.exe"), helper: filepath.Join(programs, "windows.test.exe"),
	}
	m.env = m.d.Env("WINEPREFIX="+prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=",
		"BROWSER="+windowsPath(m.helper), asBrowser+"=1")
	t.Cleanup(func() { // ends all that this wine runs, also what failed to end
		if err := m.wine(context.WithoutCancel(t.Context()), "wineserver", "-k").Run(); err != nil {
			t.Logf("wineserver: %v", err)
		}
		_ = m.wine(context.WithoutCancel(t.Context()), "wineserver", "-w").Run()
	})
	m.home = filepath.Join(prefix, "drive_c", "users", m.run(0, "cmd", "/c", "echo", "%USERNAME%"), "AppData", "Roaming", "claviger")
	if err := os.RemoveAll(m.home); err != nil { // of an earlier test
		t.Fatal(err)
	}
	return m
}

// settings writes those of the window, before it is opened.
func (m *machine) settings(text string) {
	m.t.Helper()
	if err := os.MkdirAll(m.home, 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(m.home, "settings.toml"), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// clipboard is what is on it.
func (m *machine) clipboard() string {
	out, _ := m.d.Command("xclip", "-o", "-selection", "clipboard").Output()
	return strings.TrimSpace(string(out))
}

// windowsPath is how wine names a file.
func windowsPath(file string) string { return "Z:" + strings.ReplaceAll(file, "/", `\`) }

// wine prepares one of wine's programs.
func (m *machine) wine(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = m.env
	return cmd
}

// open starts Claviger, as a click on its icon does.
func (m *machine) open(args ...string) {
	m.t.Helper()
	desktop := fmt.Sprintf("/desktop=claviger,%dx%d", screen.W, screen.H)
	cmd := m.wine(m.t.Context(), "wine", append([]string{"explorer", desktop, windowsPath(m.window)}, args...)...)
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = cmd.Wait() }) // after wineserver -k
	if m.placed {
		return
	}
	m.placed = true
	m.d.Eventually("the desktop", func() error {
		return m.d.Command("xdotool", "search", "--onlyvisible", "--name", "^claviger - Wine desktop$", "windowmove", "0", "0").Run()
	})
}

// run runs a command to its end, and returns what it printed.
func (m *machine) run(code int, program string, args ...string) string {
	m.t.Helper()
	cmd := m.wine(m.t.Context(), "wine", append([]string{program}, args...)...)
	var stderr desktop.Log
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || cmd.ProcessState.ExitCode() != code {
		m.t.Fatalf("%s %v: %v, want exit code %d: %s%s", filepath.Base(program), args, err, code, out, stderr.Tail(2000))
	}
	return strings.TrimSpace(strings.ReplaceAll(string(out), "\r", ""))
}

// asks has another program ask for a token of an account, and hears what it gets.
func (m *machine) asks(account string) <-chan string {
	cmd := m.wine(m.t.Context(), "wine", m.helper)
	cmd.Env = append(cmd.Env, asProgram+"="+account)
	got := make(chan string, 1)
	go func() {
		out, err := cmd.Output()
		if err != nil {
			out = append(out, err.Error()...)
		}
		got <- strings.TrimSpace(string(out))
	}()
	return got
}

// serving waits until the window serves programs, or no longer runs.
func (m *machine) serving(want bool) {
	m.t.Helper()
	m.d.Eventually(fmt.Sprintf("a window that serves programs: %t", want), func() error {
		out, err := m.wine(m.t.Context(), "wine", m.commands, "agent", "status").Output()
		if (err == nil) != want {
			return fmt.Errorf("%w: %s", errors.Join(err, errors.New("not yet")), out)
		}
		return nil
	})
}

// click clicks on what can be read, once nothing moves any more.
func (m *machine) click(phrase string) {
	m.t.Helper()
	m.d.See(screen, phrase)
	m.d.Settle(screen)
	m.d.Click(screen, phrase)
}

// tray opens the menu of the icon, and clicks on what can be read there.
func (m *machine) tray(phrases ...string) {
	m.t.Helper()
	m.d.ClickAt(tray, "3")
	for _, phrase := range phrases {
		m.click(phrase)
	}
}

// keep saves a picture of the screen, if somebody wants to look at it.
func (m *machine) keep(name string) {
	m.d.Settle(screen)
	m.d.Keep(name)
}
