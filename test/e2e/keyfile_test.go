//go:build e2e

package e2e

import (
	"path/filepath"
	"testing"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// With a key file and no keyring, the window asks for nothing; without the file it
// says which one it needs, and nothing is lost.
func TestWindowWithAKeyFile(t *testing.T) {
	d := desktop.Start(t, 1760, 720)
	c := newClaviger(t, d)
	key := filepath.Join(d.Dir, "claviger-key")
	c.run("vault", "key-file", key)
	const noKeyring = "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"
	process := c.openWindow(noKeyring, "CLAVIGER_KEY_FILE="+key)
	d.See(window, "Where do you want to sign in?")
	d.Key("Return")
	d.See(window, "Sign in to Demo")
	d.Key("Return")
	d.See(window, "Continue in your browser")
	c.approve("http://127.0.0.1:", "tess")
	d.See(window, "tess@demo.example")
	d.Click(window, "Settings") // the browser has the keyboard
	d.See(window, "Size of text")
	d.Click(window, "Vault")
	d.See(window, "in the key file")
	d.Keep("settings")

	desktop.Stop(process)
	process = c.openWindow(noKeyring)
	d.See(window, "CLAVIGER_KEY_FILE")
	d.Keep("no-file")
	desktop.Stop(process)
	c.openWindow(noKeyring, "CLAVIGER_KEY_FILE="+key)
	d.See(window, "tess@demo.example")
}
