//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// signIn signs in at a provider through the command line.
func (c *claviger) signIn(p *authtest.Provider) {
	c.t.Helper()
	c.provider("local", fmt.Sprintf("id = \"local\"\nname = \"Local\"\npreset = \"oidc\"\nissuer = %q\n\n[client]\nid = %q\n", p.URL, authtest.ClientID))
	cmd := c.command("login", "local", "--no-browser")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	var said strings.Builder
	person := new(authtest.Browser)
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if link := strings.TrimSpace(lines.Text()); strings.HasPrefix(link, p.URL) {
			if err := person.Open(c.t.Context(), link); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		c.t.Fatalf("login: %v: %s", err, said.String())
	}
	person.Wait()
}

// A token of 20 KB is shown whole, selected and copied with the keys, and the wheel
// leads past it to the line about the refresh token, which is never shown.
func TestWholeToken(t *testing.T) {
	d := desktop.Start(t, 1100, 720)
	c := newClaviger(t, d)
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{JWTAccess: true, TokenLength: 20 << 10})
	c.signIn(p)
	c.settings("theme = \"light\"\nclipboard_seconds = 3600")
	c.openWindow()
	d.See(window, "Active")
	d.Key("ctrl+3")
	d.See(window, "Claims")
	d.Click(window, "Show")
	d.See(window, "Hide")
	d.Settle(window)
	d.Keep("shown")
	if err := d.Command("xdotool", "mousemove", "600", "560", "click", "1").Run(); err != nil {
		t.Fatal(err)
	}
	d.Key("ctrl+a", "ctrl+c")
	d.See(window, "Access token copied")
	d.Keep("copied")
	copied, err := d.Command("xclip", "-o", "-selection", "clipboard").Output()
	if err != nil {
		t.Fatal(err)
	}
	if token := strings.TrimSpace(c.run("token", "local")); string(copied) != token || len(token) < 20<<10 {
		t.Errorf("%d characters were copied of %d", len(copied), len(token))
	}
	d.Scroll(window, 120)
	d.See(window, "never shown")
	d.Keep("refresh")
}
