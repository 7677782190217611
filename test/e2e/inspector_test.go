//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// clipboard puts a text where Ctrl+V takes it from.
func (c *claviger) clipboard(text string) {
	c.t.Helper()
	cmd := c.d.Command("xclip", "-selection", "clipboard", "-i")
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("clipboard: %v", err)
	}
}

// Any token is looked at in the window: pasted, and compared; and it is gone when the
// vault locks.
func TestInspectorInTheWindow(t *testing.T) {
	d := desktop.Start(t, 1100, 720)
	c := newClaviger(t, d)
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{JWTAccess: true, Introspection: true})
	c.signIn(p)
	protect := c.command("vault", "passphrase")
	protect.Stdin = strings.NewReader("correct horse\n")
	if out, err := protect.CombinedOutput(); err != nil {
		t.Fatalf("a passphrase for the vault: %v: %s", err, out)
	}
	page := desktop.Region{X: 270, W: window.W - 270, H: window.H} // without the rail
	c.openWindow()
	d.See(window, "Passphrase")
	unlock := func() { d.Type("correct horse"); d.Key("Return") }
	unlock()
	d.See(window, "Active")

	token := p.Issue(time.Hour, "openid").ID
	c.clipboard("Authorization: Bearer " + token)
	d.Key("ctrl+i")
	d.See(page, "Inspect a token")
	d.Key("ctrl+v")
	d.See(page, "Signed token")
	d.See(page, "Signature")
	d.See(page, "this app") // the provider is one of the person's own
	d.Keep("pasted")
	d.Key("ctrl+l")
	d.See(window, "Passphrase")
	d.Gone(window, "Signed token")
	unlock()
	d.See(window, "Active")
	d.Key("ctrl+i")
	d.See(page, "Inspect a token")
	d.Gone(page, "Signed token")

	d.Key("Escape", "ctrl+3")
	d.See(page, "Claims")
	d.Click(page, "Inspect")
	d.See(page, "Access token (JWT)")
	d.Scroll(window, 120)
	d.Click(page, "other token")
	d.See(page, "Gained 1")
	d.Keep("compared")
}
