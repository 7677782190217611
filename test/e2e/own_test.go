//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// A provider of one's own, in the window alone: add it by its issuer, sign in,
// see groups, change how groups are read, see that, remove it.
func TestOwnProvider(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer, _ := c.startDemo()
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Add a provider")
	d.See(window, "From an issuer URL")
	d.Keep("add")
	d.Type(issuer)
	d.Key("Return")
	d.See(window, "Register this redirect URI")
	d.Keep("add-details")
	d.Type(demo.ClientID)
	d.Key("Return")
	d.See(window, "Sign in to Mine")
	d.Click(window, "Ask for my groups")
	d.Click(window, "Sign in with your browser")
	d.See(window, "Continue in your browser")
	c.approve(issuer, "ola")
	d.See(window, "Ola Brandvold")

	file := filepath.Join(c.home, "providers.d", "mine.toml")
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), issuer) {
		t.Fatalf("the provider's file: %q, %v", text, err)
	}

	// The mapping is changed in the window: one group, with a name of ours.
	d.Click(window, "Sign in to…") // the browser has the keyboard
	d.Click(window, "Ready")
	d.Click(window, "Registration")
	d.Click(window, "Provider file")
	d.See(window, "Mine: provider file")
	d.Key("Next", "Next", "End")
	for _, line := range []string{"", "[[groups]]", "from = 'id_token'", `items = '{id: .sub, name: "Mapped-by-hand"}'`} {
		d.Type(line)
		d.Key("Return")
	}
	d.See(window, "Not saved yet")
	d.Keep("file")
	d.Click(window, "Save")
	d.Eventually("the file to be saved", func() error {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "Mapped-by-hand") {
			return fmt.Errorf("it holds %q, %w", text, err)
		}
		return nil
	})
	d.Click(window, "Sign in to…") // the browser has the keyboard
	d.Click(window, "Ready")
	d.Click(window, "Ask for my groups")
	d.Click(window, "Sign in with your browser")
	// The browser is still signed in there.
	c.press(d.Tab(issuer), "allow")
	d.See(window, "Ola Brandvold")
	d.Click(window, "Groups")
	d.See(window, "Mapped-by-hand")

	d.Click(window, "Sign in to…") // the browser has the keyboard
	d.Click(window, "Ready")
	d.Click(window, "Registration")
	d.Click(window, "Provider file")
	d.See(window, "Mine: provider file")
	d.Click(window, "Remove…")
	d.See(window, "Remove Mine?")
	d.Keep("remove")
	d.Key("Tab", "Return")
	d.See(window, "Where do you want to sign in?")
	if _, err := os.Stat(file); err == nil {
		t.Error("the provider's file is still there")
	}
}
