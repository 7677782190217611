//go:build e2e

package desktop

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"strconv"
	"strings"
)

// Place waits for a window with that title, puts it at r, and waits until it was
// drawn there. A window that has just opened may still set a size of its own: it
// is put there until it stays.
func (d *Desktop) Place(title string, r Region) {
	d.t.Helper()
	var before *image.RGBA // nil is already there
	d.Eventually("a window "+title+" at its place", func() error {
		w, err := d.windowOf(title)
		if err != nil {
			return err
		}
		there, err := d.isAt(w, r)
		if err != nil || there {
			return err
		}
		if before, err = d.shoot(r); err != nil {
			return err
		}
		if err := d.Command("xdotool", "windowactivate", "--sync", w, "windowsize", w, strconv.Itoa(r.W), strconv.Itoa(r.H),
			"windowmove", w, strconv.Itoa(r.X), strconv.Itoa(r.Y)).Run(); err != nil {
			return err
		}
		return errors.New("it was sent there")
	})
	d.Eventually("the window to be drawn anew", func() error {
		now, err := d.shoot(r)
		if err == nil && before != nil && bytes.Equal(now.Pix, before.Pix) {
			err = errors.New("nothing has changed")
		}
		return err
	})
}

// Minimise minimises the window with that title; restore ends that.
func (d *Desktop) Minimise(title string) (restore func()) {
	d.t.Helper()
	w, err := d.windowOf(title)
	if err != nil {
		d.t.Fatal(err)
	}
	d.xdo("windowminimize", "--sync", w)
	return func() {
		d.t.Helper()
		d.xdo("windowactivate", "--sync", w)
	}
}

// windowOf finds the window with that title, and the process whose thread draws it.
func (d *Desktop) windowOf(title string) (id string, err error) {
	out, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Output()
	if err != nil {
		return "", err
	}
	ids := strings.Fields(string(out))
	if len(ids) == 0 {
		return "", errors.New("none yet")
	}
	id = ids[len(ids)-1]
	pid, err := d.Command("xdotool", "getwindowpid", id).Output()
	d.pid = strings.TrimSpace(string(pid))
	return id, err
}

// isAt reports whether a window is at r and stays there while its thread goes on.
func (d *Desktop) isAt(id string, r Region) (bool, error) {
	d.t.Helper()
	for range 2 {
		at, err := d.Command("xdotool", "getwindowgeometry", "--shell", id).Output()
		if err != nil || !strings.Contains(string(at), fmt.Sprintf("X=%d\nY=%d\nWIDTH=%d\nHEIGHT=%d\n", r.X, r.Y, r.W, r.H)) {
			return false, err
		}
		d.Turn()
	}
	return true, nil
}
