//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestErrorInTheBrowser meets an error that the provider shows in the browser
// and never sends back: the window offers to explain it, beside the address
// that must be registered.
func TestErrorInTheBrowser(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer, _ := c.startDemo()
	c.provider("harbour", fmt.Sprintf(`
id = "harbour"
name = "Harbour"
preset = "oidc"
issuer = %q

[client]
id = "nobody-registered-this"
`, issuer))
	c.openWindow()
	d.Click(window, "Harbour")
	d.See(window, "Sign in to Harbour")
	d.Click(window, "Sign in with your browser")
	d.See(window, "Continue in your browser")
	said, err := chromedp.Run(d.Tab(issuer), chromedp.Text(chromedp.CSS("body")))
	if err != nil || said == "" {
		t.Fatalf("the browser shows %q, %v", said, err)
	}
	d.See(window, "Does the browser show an error?") // after twenty seconds
	d.See(window, "http://127.0.0.1/callback/harbour")
	d.See(window, "nobody-registered-this")
	d.Keep("offered")
	d.Click(window, "Paste the page's text")
	d.Type(strings.Join(strings.Fields(said), " "))
	d.Key("Return")
	d.See(window, "Wrong client ID or secret")
	d.Keep("explained")
}
