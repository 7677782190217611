//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// visible reports whether a window of ours is on the screen.
func (c *claviger) visible() bool {
	out, _ := c.d.Command("xdotool", "search", "--onlyvisible", "--name", "^Claviger$").Output()
	return strings.TrimSpace(string(out)) != ""
}

// signedIn is Claviger with an account.
func signedIn(t *testing.T, d *desktop.Desktop, settings string) *claviger {
	t.Helper()
	p := authtest.NewProvider(t)
	c := newClaviger(t, d)
	c.settings("theme = \"light\"\n" + settings)
	c.provider("odd", fmt.Sprintf("id = \"odd\"\nname = \"Odd\"\npreset = \"oidc\"\nissuer = %q\nclient.id = %q\n", p.URL, authtest.ClientID))
	c.run("login", "odd", "--json")
	return c
}

// clipboard is what the desktop's clipboard holds.
func clipboard(d *desktop.Desktop) string {
	out, _ := d.Command("xclip", "-o", "-selection", "clipboard").Output()
	return strings.TrimSpace(string(out))
}

// TestTray: the window is closed to the tray, which shows the accounts, copies a token
// without the window, follows what changes, brings the window back, and quits.
func TestTray(t *testing.T) {
	d := desktop.Start(t, 1020, 700)
	tray := d.StartTray()
	c := signedIn(t, d, "close_to_tray = true\nclipboard_seconds = 10\n")
	process := c.openWindow()
	d.See(window, "Mira Okonkwo")
	tray.See("Mira Okonkwo, Odd: active", "Copy access token")
	d.Key("ctrl+w")
	d.Eventually("the window to go", func() error {
		if c.visible() {
			return errors.New("it is there")
		}
		return nil
	})
	tray.Click("Mira Okonkwo", "Copy access token")
	token := strings.TrimSpace(c.run("token", "odd"))
	d.Eventually("the token on the clipboard", func() error {
		if got := clipboard(d); got != token {
			return fmt.Errorf("%d characters are there, not %d", len(got), len(token))
		}
		return nil
	})
	d.Eventually("the clipboard to be cleared", func() error {
		if clipboard(d) != "" {
			return errors.New("something is there")
		}
		return nil
	})
	if text := c.run("history", "odd"); !strings.Contains(text, "clipboard") {
		t.Errorf("the history does not say that the token was copied:\n%s", text)
	}
	c.run("logout", "odd")
	d.Eventually("the account to leave the tray", func() error {
		if text := tray.Text(); strings.Contains(text, "Mira") {
			return errors.New(text)
		}
		return nil
	})
	tray.Click("Open Claviger")
	d.See(window, "Where do you want to sign in?")
	tray.Click("Quit")
	if err := process.Wait(); err != nil {
		t.Errorf("the end: %v", err)
	}
}

// TestStartHidden: with a tray, the window that starts at log-in is not seen until it is
// asked for; without one, it comes.
func TestStartHidden(t *testing.T) {
	d := desktop.Start(t, 1020, 700)
	c := signedIn(t, d, "")
	start := func() *exec.Cmd {
		t.Helper()
		cmd := c.command("--hidden")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { desktop.Stop(cmd) })
		return cmd
	}
	cmd := start()
	d.Place("Claviger", window) // there is no tray: it comes after a while
	d.See(window, "Mira Okonkwo")
	desktop.Stop(cmd)

	tray := d.StartTray()
	start()
	tray.See("Mira Okonkwo, Odd: active")
	if out, err := c.command("--hidden").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("a second start: %v: %s", err, out)
	}
	if c.visible() {
		t.Error("the window is there")
	}
	tray.Click("Mira Okonkwo", "Show")
	d.Place("Claviger", window)
	d.See(window, "Mira Okonkwo")
}

// TestStartAtLogin: the setting writes what the desktop reads, and takes it away again.
func TestStartAtLogin(t *testing.T) {
	d := desktop.Start(t, 1020, 700)
	c := newClaviger(t, d)
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Key("ctrl+k")
	d.See(window, "Go to anything")
	d.Type("start at login")
	d.Key("Return")
	d.See(window, "Start at login")
	file := filepath.Join(d.Dir, "home", ".config", "autostart", "io.github.claviger.Claviger.desktop")
	d.Click(window, "Start at login")
	d.Eventually("the file to be written", func() error {
		text, err := os.ReadFile(file)
		if err == nil && !strings.Contains(string(text), "Exec=env ") {
			err = fmt.Errorf("it has\n%s", text) // CLAVIGER_HOME is set in this test
		}
		return err
	})
	if text, _ := os.ReadFile(file); !strings.Contains(string(text), c.binary+" --hidden\n") {
		t.Errorf("it starts\n%s", text)
	}
	d.Settle(window) // until it is done, the box takes no key
	d.Key("space")
	d.Eventually("the file to go", func() error {
		if _, err := os.Stat(file); err == nil {
			return errors.New("it is there")
		}
		return nil
	})
}

// TestPaletteAndShortcuts: from wherever the keyboard is, to anything, and back.
func TestPaletteAndShortcuts(t *testing.T) {
	d := desktop.Start(t, 1020, 700)
	c := signedIn(t, d, "")
	c.openWindow()
	d.See(window, "Mira Okonkwo")
	d.Key("F1")
	d.See(window, "Keyboard shortcuts")
	d.See(window, "Ctrl+Shift+C")
	d.Key("Escape", "ctrl+f") // into a text field, which takes keys for itself
	d.Key("ctrl+k")
	d.See(window, "Go to anything")
	d.Type("copy mira")
	d.See(window, "Copy token of Mira")
	d.Key("Return")
	d.Gone(window, "Go to anything")
	token := strings.TrimSpace(c.run("token", "odd"))
	d.Eventually("the token on the clipboard", func() error {
		if clipboard(d) != token {
			return errors.New("something else is there")
		}
		return nil
	})
	d.Key("ctrl+k")
	d.Type("show activity")
	d.Key("Down", "Up", "Return")
	d.See(window, "clipboard")
}

// TestTheWindowIsAsLargeAsItWas: the size is there again at the next start, unless the
// screen has become smaller.
func TestTheWindowIsAsLargeAsItWas(t *testing.T) {
	d := desktop.Start(t, 1300, 800)
	c := newClaviger(t, d)
	process := c.openWindow()
	d.Place("Claviger", desktop.Region{X: 0, Y: 0, W: 1111, H: 722})
	d.See(window, "Where do you want")
	d.Key("ctrl+q")
	if err := process.Wait(); err != nil {
		t.Fatal(err)
	}
	reopened := func(want string) {
		t.Helper()
		cmd := c.command()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer desktop.Stop(cmd)
		d.Eventually("the window of that size", func() error {
			id, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^Claviger$").Output()
			if err != nil {
				return err
			}
			out, err := d.Command("xdotool", "getwindowgeometry", "--shell", strings.TrimSpace(string(id))).Output()
			if err == nil && !strings.Contains(string(out), want) {
				err = fmt.Errorf("it has\n%s", out)
			}
			return err
		})
	}
	reopened("WIDTH=1111\nHEIGHT=722\n")
	file := filepath.Join(c.home, "last-window")
	if err := os.WriteFile(file, []byte(`{"width":3000,"height":2000}`), 0o600); err != nil {
		t.Fatal(err)
	}
	reopened("WIDTH=1300\nHEIGHT=800\n")
	if err := os.WriteFile(file, []byte(`{"width":"x`), 0o600); err != nil {
		t.Fatal(err)
	}
	reopened("WIDTH=1000\nHEIGHT=680\n")
}
