//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// gone waits until a program ended by itself.
func gone(d *desktop.Desktop, process *exec.Cmd) {
	done := make(chan struct{})
	go func() { _ = process.Wait(); close(done) }()
	d.Eventually("the window ends", func() error {
		select {
		case <-done:
			return nil
		default:
			return errors.New("it still runs")
		}
	})
}

// What was typed into a form is there after Escape, another page and a question
// before the end; the end then takes one yes.
func TestHalfFilledForm(t *testing.T) {
	d := desktop.Start(t, 1100, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	process := c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Key("ctrl+f")
	d.Type("nothing-like-it")
	d.See(window, "No matching accounts or providers")
	d.Key("ctrl+a")
	d.Type("gitea")
	d.Key("Return")
	d.See(window, "Set up Gitea")
	d.Click(window, "Open the registration page")
	d.See(window, "first. The registration page") // the server's name is missing
	d.Key("Tab")                                  // it has the keyboard
	d.Type("half-an-id")
	d.Key("Return")
	d.See(window, "half-an-id") // beside the error
	d.Keep("error")
	d.Key("Escape")
	d.See(window, "Not saved yet") // on the card
	d.Key("ctrl+comma")
	d.See(window, "Appearance")

	d.Key("ctrl+q")
	d.See(window, "Quit without saving?")
	d.See(window, "Setup of Gitea")
	d.Keep("quit")
	d.Key("Escape")
	d.See(window, "Appearance")

	d.Key("ctrl+f")
	d.Type("gitea")
	d.Key("Return")
	d.See(window, "half-an-id")
	d.Key("ctrl+q")
	d.See(window, "Quit without saving?")
	d.Key("Tab", "Return")
	gone(d, process)
}

// Without a tray, closing the window and Ctrl+Q end the program, whatever the
// settings say; and the next start opens the account that was open.
func TestClosingWithoutATray(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.settings("theme = \"light\"\nclose_to_tray = true")
	issuer, _ := c.startDemo()
	c.provider("studio", fmt.Sprintf("id = \"studio\"\nname = \"Studio\"\npreset = \"demo\"\nissuer = %q\n\n[client]\nid = %q\n", issuer, demo.ClientID))
	process := c.openWindow()
	d.See(window, "Where do you want to sign in?")
	for i, person := range []string{"ola", "tess"} {
		d.Key("ctrl+n", "ctrl+f", "ctrl+a")
		d.Type("studio")
		d.Key("Down")
		for range i {
			d.Key("Down") // past the account
		}
		d.Key("Return")
		d.See(window, "Sign in to Studio")
		if i > 0 { // the browser still knows the first one
			d.Click(window, "More")
			d.Click(window, "Choose account")
		}
		d.Click(window, "Sign in with your browser")
		d.See(window, "Continue in your browser")
		c.approve(issuer, person)
		d.See(window, person+"@demo.example")
		// The window came back to the front by itself: no click is needed.
		d.Eventually("the window is in front", func() error {
			if front := c.front(); front != "Claviger" {
				return fmt.Errorf("in front is %q", front)
			}
			return nil
		})
	}
	d.Key("ctrl+comma")
	d.See(window, "Appearance")
	d.Click(window, "General")
	d.SeeBelow(window, "This desktop has no tray")
	d.Keep("no-tray")
	if out, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^Claviger$", "windowclose").CombinedOutput(); err != nil {
		t.Fatalf("closing: %v: %s", err, out)
	}
	gone(d, process)

	process = c.openWindow()
	d.See(window, "tess@demo.example") // not the first of the list
	d.Key("ctrl+q")
	gone(d, process)
}

// If no browser can be found, the page says what to do instead. In an empty home
// the window finds nothing wrong.
func TestNoBrowserAtAll(t *testing.T) {
	d := desktop.Start(t, 1100, 720)
	c := newClaviger(t, d)
	c.openWindow("BROWSER=/nonexistent/browser", "HOME="+t.TempDir())
	d.See(window, "Where do you want to sign in?")
	d.Key("Return")
	d.See(window, "Sign in to Demo")
	d.Key("Return")
	d.See(window, "No browser was found")
	d.Keep("no-browser")
	d.Key("Return") // Copy link
	d.Eventually("the link is copied", func() error {
		out, err := d.Command("xclip", "-o", "-selection", "clipboard").Output()
		if err == nil && !strings.HasPrefix(string(out), "http://127.0.0.1:") {
			err = fmt.Errorf("the clipboard has %d letters", len(out))
		}
		return err
	})
}
