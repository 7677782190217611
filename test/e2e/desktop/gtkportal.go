//go:build e2e

package desktop

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// StartGTKPortal gives the desktop the portal that most desktops on GTK have.
func (d *Desktop) StartGTKPortal() {
	d.t.Helper()
	root := os.Getenv("CLAVIGER_PORTAL") // where script/test has unpacked it, or else the machine's
	program := func(name string) string { return filepath.Join(root, "/usr/libexec", name) }
	if _, err := os.Stat(program("xdg-desktop-portal-gtk")); err != nil {
		d.t.Skip("this machine has no xdg-desktop-portal-gtk")
	}
	if err := os.MkdirAll(filepath.Dir(d.lookFile()), 0o700); err != nil {
		d.t.Fatal(err)
	}
	for _, service := range [][2]string{
		{"xdg-permission-store", "org.freedesktop.impl.portal.PermissionStore"},
		{"xdg-desktop-portal-gtk", "org.freedesktop.impl.portal.desktop.gtk"},
		{"xdg-desktop-portal", portalName},
	} {
		cmd := exec.Command(program(service[0]))
		cmd.Env = d.Env("XDG_DESKTOP_PORTAL_DIR="+filepath.Join(root, "/usr/share/xdg-desktop-portal/portals"), "XDG_CURRENT_DESKTOP=GNOME", "GSETTINGS_BACKEND=keyfile")
		d.start(service[0], cmd)
		d.owned(service[1])
	}
}

// lookFile is where GSETTINGS_BACKEND=keyfile keeps the settings of the desktop.
func (d *Desktop) lookFile() string {
	return filepath.Join(d.Dir, "home", ".config", "glib-2.0", "settings", "keyfile")
}

// PreferDark chooses dark colours for the whole desktop, which its portal passes on.
func (d *Desktop) PreferDark() {
	d.t.Helper()
	if err := os.WriteFile(d.lookFile(), []byte("[org/gnome/desktop/interface]\ncolor-scheme='prefer-dark'\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// Light waits until most of a region is light, or dark.
func (d *Desktop) Light(r Region, light bool) {
	d.t.Helper()
	d.Eventually("the colours to change", func() error {
		shot, err := d.shoot(r)
		if err != nil {
			return err
		}
		bright := 0
		for i := 1; i < len(shot.Pix); i += 4 { // green says enough
			if shot.Pix[i] >= 0x80 {
				bright++
			}
		}
		if (bright > len(shot.Pix)/8) != light {
			return errors.New("not yet")
		}
		return nil
	})
}

// Dialog waits for a window with that title: what is typed then is for it.
func (d *Desktop) Dialog(title string) {
	d.t.Helper()
	d.Eventually("a window "+title, func() error {
		out, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Output()
		if err == nil {
			err = d.Command("xdotool", "windowactivate", "--sync", strings.TrimSpace(string(out))).Run()
		}
		return err
	})
}

// NoDialog waits until no window has that title.
func (d *Desktop) NoDialog(title string) {
	d.t.Helper()
	d.Eventually("the window "+title+" to go", func() error {
		if d.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Run() == nil {
			return errors.New("it is still there")
		}
		return nil
	})
}
