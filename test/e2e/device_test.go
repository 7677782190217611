//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestDeviceCode signs in with a code that stands in the window. A real
// scanner reads the picture beside it, in both themes, at both sizes.
func TestDeviceCode(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) { deviceCode(t, theme) })
	}
}

func deviceCode(t *testing.T, theme string) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	c.settings(fmt.Sprintf("theme = %q", theme))
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Key("ctrl+n", "Return")
	d.See(window, "Sign in to Demo")
	d.Key("Tab", "Return") // the browser, then the code
	d.See(window, "The code expires in")
	link := c.scan(window, "wide")
	small := desktop.Region{W: 720, H: 520}
	d.Place("Claviger", small)
	if again := c.scan(small, "small"); again != link || !strings.HasPrefix(link, "http://127.0.0.1:") {
		t.Errorf("the picture says %q, then %q", link, again)
	}
	d.Place("Claviger", window)
	d.Click(window, "Open the page here")
	tab := d.Tab("http://127.0.0.1:")
	var typed string
	typed, err := chromedp.Run(tab, chromedp.Value(chromedp.CSS("input[name=user_code]")))
	if err != nil || typed == "" || !strings.Contains(link, typed) {
		t.Fatalf("the page asks for %q, %v, and the picture says %q", typed, err, link)
	}
	c.press(tab, "continue")
	c.approve("http://127.0.0.1:", "ola")
	d.See(window, "Ola Brandvold")
}

// scan reads the QR code in a part of the screen.
func (c *claviger) scan(r desktop.Region, name string) string {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "shot.png")
	var code string
	c.d.Eventually("a code to be read", func() error {
		if err := c.d.Picture(file, r); err != nil {
			return err
		}
		out, err := c.d.Command("zbarimg", "--quiet", "--raw", file).Output()
		code = strings.TrimSpace(string(out))
		return err
	})
	c.d.Keep(name)
	return code
}
