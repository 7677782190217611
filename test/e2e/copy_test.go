//go:build e2e

package e2e

import (
	"errors"
	"fmt"
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
