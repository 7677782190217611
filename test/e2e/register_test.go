//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/e2e/desktop"
	"github.com/claviger/claviger/test/registrar"
)

// A provider without a client id at hand: the window has the issuer register
// it, tests it, and takes it back.
func TestRegisterAutomatically(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	c.binary = need(t, "CLAVIGER_CHECKED")
	issuer := registrar.Start(t, registrar.Options{Secret: "canary-secret", Key: "canary-key"})
	c.openWindow()
	d.See(window, "Where do you want to sign in?")
	d.Click(window, "Add a provider")
	d.See(window, "From an issuer URL")
	d.Type(issuer.URL)
	d.Key("Return")
	d.See(window, "Register automatically")
	d.Keep("register")
	// One that nobody uses is taken back.
	d.Click(window, "Register automatically")
	d.See(window, "client_secret_basic")
	d.Keep("registered")
	d.Scroll(window, 6)
	d.Click(window, "Discard…")
	d.See(window, "This cannot be undone")
	d.Key("Tab", "Return")
	gone := func() error {
		if n := issuer.Clients(); n != 0 {
			return fmt.Errorf("%d registrations", n)
		}
		return nil
	}
	d.Eventually("the registration to be taken back", gone)
	d.Click(window, "Register automatically")
	d.See(window, "client_secret_basic")
	d.Scroll(window, 6)
	d.Click(window, "Add and continue")
	d.See(window, "Sign in to Mine")

	text, err := os.ReadFile(filepath.Join(c.home, "providers.d", "mine.toml"))
	if err != nil || !strings.Contains(string(text), registrar.ClientID) || strings.Contains(string(text), "canary") {
		t.Fatalf("the provider's file: %q, %v", text, err)
	}

	d.Key("Tab", "Tab", "Return") // past Back to Registration…
	d.See(window, "Set up Mine")
	d.Key("Tab", "Tab", "Tab", "Tab", "Return") // past secret, Save and Back to Test now
	d.See(window, "problems found")
	d.See(window, "its secret accepted")
	d.Keep("tested")
	d.Key("ctrl+n")
	d.Click(window, "Ready")
	d.See(window, "Sign in to Mine")
	d.Key("Tab", "Tab", "Return")
	d.Click(window, "Provider file")
	d.See(window, "Mine: provider file")
	d.Click(window, "Remove…")
	d.See(window, "Remove Mine?")
	d.Key("Tab", "Return")
	d.Eventually("the registration to be deleted at the provider", gone)
	d.See(window, "Where do you want to sign in?")
}
