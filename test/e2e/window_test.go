//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
	"github.com/claviger/claviger/test/ports"
)

// window is where the tests put the window; the browser stands beside it.
var window = desktop.Region{W: 1000, H: 680}

// openWindow starts the window in light colours, which are read best.
func (c *claviger) openWindow(env ...string) *exec.Cmd {
	c.t.Helper()
	c.settings(`theme = "light"`)
	cmd := c.command()
	cmd.Env = append(cmd.Env, env...)
	var log desktop.Log
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		if c.t.Failed() {
			c.d.Keep("failed")
		}
		desktop.Stop(cmd)
		for _, mistake := range []string{"Error in Fyne call thread", "Failed to focus object", "Failed to create"} {
			if strings.Contains(log.String(), mistake) {
				c.t.Errorf("Fyne was used wrongly:\n%s", log.Tail(3000))
			}
		}
		if c.t.Failed() {
			c.t.Logf("the window said:\n%s", log.Tail(3000))
		}
	})
	c.d.Place("Claviger", window)
	return cmd
}

// settings writes settings.toml if there is none yet. Messages stay, so that a
// slow machine reads them too.
func (c *claviger) settings(text string) {
	c.t.Helper()
	file := filepath.Join(c.home, "settings.toml")
	if _, err := os.Stat(file); err == nil {
		return
	}
	if err := os.MkdirAll(c.home, 0o700); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("keep_messages = true\n"+text+"\n"), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// startDemo runs the demo provider as a process of its own and returns its
// issuer and how to stop it.
func (c *claviger) startDemo() (string, func()) {
	c.t.Helper()
	return c.startDemoAt("127.0.0.1:" + ports.Free(c.t))
}

// startDemoAt is startDemo at an address; what it knew before it was stopped it
// knows still.
func (c *claviger) startDemoAt(addr string) (string, func()) {
	c.t.Helper()
	cmd := c.command("demo", "--addr", addr)
	cmd.Env = append(cmd.Env, "CLAVIGER_HOME="+filepath.Join(c.d.Dir, "demo"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	stop := func() { desktop.Stop(cmd) }
	c.t.Cleanup(stop)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://127.0.0.1:"); i >= 0 {
			return strings.TrimRight(strings.Fields(lines.Text()[i:])[0], "./"), stop
		}
	}
	c.t.Fatal("the demo provider printed no address")
	return "", nil
}

// approve chooses a person on the demo's pages and allows what is asked.
func (c *claviger) approve(issuer, person string) {
	c.t.Helper()
	tab := c.d.Tab(issuer)
	c.press(tab, "user-"+person)
	c.press(tab, "allow")
}

// press presses a button of a page until the page goes: a browser that has just opened
// a page may scroll it away from under a click, as it may for a person.
func (c *claviger) press(tab context.Context, id string) {
	c.t.Helper()
	found := false
	c.d.Eventually("the press of "+id, func() error {
		state, err := chromedp.Run(tab, chromedp.Evaluate[string](fmt.Sprintf(`(() => {
			const button = document.getElementById(%q);
			if (!button) return "gone";
			if (button.dataset.pressed) return "pressed";
			button.addEventListener("click", () => { button.dataset.pressed = "yes" });
			return "there";
		})()`, id)))
		switch {
		case err != nil:
			return err
		case state == "gone" && found:
			return nil
		case state == "gone":
			return errors.New("the page has none yet")
		case state == "pressed": // twice would end the sign-in
			return errors.New("the page is about to go")
		}
		found = true
		ctx, cancel := context.WithTimeout(tab, 5*time.Second)
		defer cancel()
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.ID(id))); err != nil {
			return err // such as: it went while it was looked for
		}
		return errors.New("the page is still there")
	})
}

// front is the title of the window in front.
func (c *claviger) front() string {
	c.t.Helper()
	name, err := c.d.Command("xdotool", "getactivewindow", "getwindowname").Output()
	if err != nil {
		c.t.Fatalf("window in front: %v", err)
	}
	return strings.TrimSpace(string(name))
}

// records lists what is in the vault's folder.
func (c *claviger) records() []string {
	c.t.Helper()
	entries, err := filepath.Glob(filepath.Join(c.home, "vault", "records", "*.age"))
	if err != nil {
		c.t.Fatal(err)
	}
	return entries
}

// The whole way in a real window: sign in at a provider, see who it is and the
// groups, be killed, start again without the provider, sign out.
func TestWindow(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	// Built without the migration tag, Fyne reports calls on wrong goroutines.
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer, stopDemo := c.startDemo()
	c.provider("studio", fmt.Sprintf(`
id = "studio"
name = "Studio"
preset = "demo"
issuer = %q

[client]
id = %q
`, issuer, demo.ClientID))

	process := c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Studio")
	d.See(window, "Sign in to Studio")
	d.Click(window, "Ask for my groups")
	d.Click(window, "Sign in with your browser")
	d.See(window, "Continue in your browser")
	c.approve(issuer, "ola")
	d.See(window, "ola@demo.example")
	d.See(window, "Ola Brandvold")
	d.Keep("profile")

	list := c.accounts()
	if len(list) != 1 || list[0].Provider != "studio" || list[0].User.Name != "Ola Brandvold" || list[0].State != "active" {
		t.Fatalf("accounts: %+v", list)
	}
	groups := list[0].groupNames()
	if len(groups) < 64 {
		t.Fatalf("%d groups: %q", len(groups), groups)
	}
	d.Click(window, "Groups")
	d.See(window, groups[0])
	d.Keep("groups")
	d.Click(window, "Tokens")
	d.See(window, "Access token")
	d.Key("Tab", "Return") // the link to the ID token
	d.See(window, "Checks")
	d.See(window, "Audience")
	d.Keep("tokens")

	// Killed, not closed: nothing gets a chance to save.
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = process.Wait()
	stopDemo()
	c.openWindow()
	d.See(window, "Ola Brandvold")
	d.See(window, "Offline")
	d.Keep("offline")

	if len(c.records()) == 0 {
		t.Fatal("no record in the vault before the sign-out: the test looks in the wrong place")
	}
	d.Click(window, "Sign out")
	d.See(window, "Also revoke access")
	d.Key("Tab", "Return")
	d.See(window, "Signed out")
	d.Keep("signed-out")
	if left := c.accounts(); len(left) != 0 {
		t.Errorf("accounts after the sign-out: %+v", left)
	}
	// The provider is away: what is left is what it takes to end the tokens there.
	if out := c.run("receipts"); !strings.Contains(out, "Ola Brandvold") || !strings.Contains(out, "pending") {
		t.Errorf("receipts after the sign-out: %s", out)
	}
	c.run("receipts", "--clear", "--pending")
	if left := c.records(); len(left) != 0 {
		t.Errorf("records after the sign-out: %q", left)
	}
}

// A stranger's first minute: the demo inside Claviger, by keyboard alone; then
// a second start brings the same window forward, and a new start finds the
// account active, because the demo comes with the program.
func TestFirstSignIn(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	process := c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Key("Return")
	d.See(window, "Sign in to Demo")
	d.Key("Return")
	d.See(window, "Continue in your browser")
	c.approve("http://127.0.0.1:", "tess")
	d.See(window, "Tess Demo")

	if out, err := d.Command("xdotool", "search", "--onlyvisible", "--class", "chromium", "windowactivate", "--sync").CombinedOutput(); err != nil {
		t.Fatalf("browser to the front: %v: %s", err, out)
	}
	if front := c.front(); front == "Claviger" {
		t.Fatal("the browser is not in front")
	}
	second := c.command()
	if out, err := second.CombinedOutput(); err != nil {
		t.Fatalf("second start: %v: %s", err, out)
	}
	ids, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^Claviger$").Output()
	if err != nil || len(strings.Fields(string(ids))) != 1 {
		t.Errorf("windows after a second start: %q, %v", ids, err)
	}
	d.Eventually("the window comes to the front", func() error {
		if front := c.front(); front != "Claviger" {
			return fmt.Errorf("in front is %q", front)
		}
		return nil
	})

	desktop.Stop(process)
	c.openWindow()
	d.See(window, "Tess Demo")
	d.See(window, "Active")
}

// Without a keyring the window asks for a passphrase before the browser opens,
// and for the same one after a lock and at the next start.
func TestWindowWithoutKeyring(t *testing.T) {
	const noKeyring = "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	process := c.openWindow(noKeyring)
	d.See(window, "Where do you want to sign in?")
	d.Key("Return")
	d.See(window, "Sign in to Demo")
	d.Key("Return")
	d.See(window, "Choose a passphrase")
	passphrase := func() { d.Type("correct horse"); d.Key("Return") }
	passphrase()
	passphrase()
	d.See(window, "Continue in your browser")
	c.approve("http://127.0.0.1:", "tess")
	d.See(window, "tess@demo.example")

	d.Click(window, "Lock")
	d.See(window, "Passphrase")
	d.Keep("locked")
	passphrase()
	d.See(window, "Tess Demo")

	desktop.Stop(process)
	c.openWindow(noKeyring)
	d.See(window, "Passphrase")
	d.Type("wrong horse")
	d.Key("Return")
	d.See(window, "Wrong passphrase")
	d.Key("ctrl+a")
	passphrase()
	d.See(window, "Tess Demo")
}
