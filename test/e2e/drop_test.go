//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// A file that is dropped on the window is what is in it, whatever it is called.
func TestFilesAreDropped(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	p := authtest.NewProvider(t)
	c.signIn(p)
	drop := func(name, text string) {
		t.Helper()
		file := filepath.Join(d.Dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		d.Drop("Claviger", window, file)
	}
	page := desktop.Region{X: 270, W: window.W - 270, H: window.H} // without the rail
	c.openWindow()
	d.See(window, "Active")
	drop("notes.txt", "nothing of ours")
	d.See(page, "not a provider file")
	drop("a token %41 ü.txt", p.Issue(time.Hour, "openid").ID)
	d.See(page, "Signed token")
	d.Keep("dropped")
}
