//go:build e2e && screenshots

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestScreenshotsOfConsent takes the pictures of the programs that ask, under names as
// odd as they come.
func TestScreenshotsOfConsent(t *testing.T) {
	dir := need(t, "CLAVIGER_SCREENSHOTS")
	for _, theme := range []string{"light", "dark"} {
		for _, size := range []desktop.Region{{W: 1000, H: 680}, {W: 720, H: 520}} {
			name := theme
			if size.W != 1000 {
				name += "-narrow"
			}
			t.Run(name, func(t *testing.T) { shootConsent(t, dir, theme, name, size) })
		}
	}
}

func shootConsent(t *testing.T, dir, theme, name string, size desktop.Region) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.settings(fmt.Sprintf("theme = %q", theme))
	window = size
	picture := func(what string) {
		t.Helper()
		d.Turn()
		if err := d.Picture(filepath.Join(dir, what+"-"+name+".png"), size); err != nil {
			t.Fatal(err)
		}
	}
	c.openWindow()
	d.See(size, "Where do you want to")
	d.Key("Return")
	d.See(size, "Sign in to Demo")
	d.Key("Return")
	c.approve("http://127.0.0.1:", "tess")
	d.See(size, "tess@demo.example")

	plain := c.program("reporter").token()
	c.asked("reporter")
	picture("consent")
	d.Key("Tab", "Tab", "Return")
	<-plain
	odd := c.program("דוח \u202e📈 " + strings.Repeat("report-", 20))
	got := odd.token("-H", "X-Odd: "+strings.Repeat("300 characters, ", 19))
	c.program("second").token()
	d.See(size, "wants a token")
	d.Gone(size, "2:00")
	d.Gone(size, "1:59")
	picture("consent-odd")
	d.Key("Tab", "Tab", "Tab", "Return")
	<-got
	c.asked("second")
	d.Key("Escape")
	d.See(size, "tess@demo.example")
	d.Key("ctrl+6")
	d.See(size, "When a program asks")
	picture("programs-tab")
	d.Click(size, "Settings")
	d.Click(size, "Privacy")
	d.See(size, "Clear copied secrets")
	d.Click(size, "Allowed programs")
	d.See(size, "Where programs ask")
	picture("programs")
}
