//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// A file is chosen in the desktop's own dialog, and in the window's if the desktop's goes.
func TestTheDesktopAsksForFiles(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	portal := d.StartPortal()
	p := authtest.NewProvider(t)
	c.signIn(p)
	file := filepath.Join(d.Dir, "token.txt")
	if err := os.WriteFile(file, []byte(p.Issue(time.Hour, "openid").ID), 0o600); err != nil {
		t.Fatal(err)
	}
	page := desktop.Region{X: 270, W: window.W - 270, H: window.H} // without the rail
	c.openWindow()
	d.See(window, "Active")
	d.Key("ctrl+i")
	d.Click(page, "Open a file")
	q := <-portal.Asked
	if !strings.HasPrefix(q.Parent, "x11:") {
		t.Errorf("the window is %q", q.Parent)
	}
	portal.Answer(q, file)
	d.See(page, "Signed token")

	d.Key("Escape", "ctrl+i")
	d.Click(page, "Open a file")
	<-portal.Asked
	portal.Stop()
	d.See(window, "Computer")
	d.Key("Escape")
}

// GTK's own portal shows its dialog, and what becomes of it arrives; the window takes on
// the colours that the person chooses for the whole desktop.
func TestGTKsPortal(t *testing.T) {
	d := desktop.Start(t, 1000, 680)
	c := newClaviger(t, d)
	d.StartGTKPortal()
	c.settings("") // the colours are the desktop's
	file := filepath.Join(d.Dir, "home", "token 100% #1.txt")
	if err := os.WriteFile(file, []byte(authtest.NewProvider(t).Issue(time.Hour, "openid").ID), 0o600); err != nil {
		t.Fatal(err)
	}
	page := desktop.Region{X: 270, W: window.W - 270, H: window.H} // without the rail
	c.openWindow()
	d.See(window, "Demo")
	d.Light(page, true)
	d.Key("ctrl+i")
	const dialog = "Open a file"
	asks := func() {
		d.Click(page, dialog)
		d.Dialog(dialog)
		d.See(window, "Recent") // by then, a person may have closed it
	}
	asks()
	d.Key("Escape")
	d.NoDialog(dialog)
	asks() // once more: the window has not asked itself meanwhile
	d.Click(window, "Home")
	d.Click(window, "100%")
	d.Click(window, "Select")
	d.NoDialog(dialog)
	d.See(page, "Signed token")
	d.PreferDark()
	d.Light(page, false)
}
