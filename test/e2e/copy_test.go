//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// copied waits until the clipboard has a text.
func (c *claviger) copied(want string) {
	c.t.Helper()
	c.d.Eventually(fmt.Sprintf("%q in the clipboard", want), func() error {
		got, err := c.d.Command("xclip", "-selection", "clipboard", "-o").Output()
		if err == nil && string(got) != want {
			err = errors.New("it has " + string(got))
		}
		return err
	})
}

// copiedPart waits until the clipboard has a part of a text.
func (c *claviger) copiedPart(of string) {
	c.t.Helper()
	c.d.Eventually(fmt.Sprintf("a part of %q in the clipboard", of), func() error {
		got, err := c.d.Command("xclip", "-selection", "clipboard", "-o").Output()
		if err == nil && (len(got) < 3 || len(got) == len(of) || !strings.Contains(of, string(got))) {
			err = errors.New("it has " + string(got))
		}
		return err
	})
}

// A part of a value is selected with the mouse, and copied with the keys and in the menu.
func TestAPartIsCopied(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	c.signIn(authtest.NewProvider(t))
	page := desktop.Region{X: 270, Y: 220, W: window.W - 270, H: window.H - 220} // below the head
	c.openWindow()
	d.See(page, "mira@example.org")
	d.Drag(page, "mira@example.org", 40)
	d.Keep("selected")
	d.Key("ctrl+c")
	c.copiedPart("mira@example.org")
	d.See(page, "User ID") // nothing else was copied, and no page opened
	head := desktop.Region{X: 380, W: window.W - 380, H: 60}
	d.Drag(head, "Mira", 40)
	d.Keep("selected-name")
	d.Key("ctrl+c")
	c.copiedPart("Mira Okonkwo")
}

// Words are copied with the second button of the mouse and with the keys.
func TestWordsAreCopied(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	p := authtest.NewProvider(t)
	c.signIn(p)
	page := desktop.Region{X: 270, W: window.W - 270, H: window.H} // without the rail
	c.openWindow()
	d.See(window, "Active")
	d.See(page, "User ID")
	d.Key("Tab", "Down", "shift+F10") // from the tabs to the details
	d.See(page, "Copy all")
	d.Keep("keys")
	d.Key("Down", "Return")
	c.copied("mira")
	d.Gone(page, "Copy all")
	d.Menu(page, "Mira Okonkwo")
	d.See(page, "Copy all")
	d.Keep("menu")
	d.Key("Down", "Return")
	c.copied("Mira Okonkwo")
	d.Gone(page, "Copy all")
	d.Menu(page, "openid")
	d.Keep("scope")
	d.Key("Down", "Return")
	c.copied("openid")
	d.Key("ctrl+5")
	d.Menu(page, "Signing keys loaded")
	d.See(page, "Copy all")
	d.Key("Escape")
	d.Gone(page, "Copy all")
}
