//go:build e2e

package desktop

import (
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Drop drops a file on the window with that title, as a file manager does.
func (d *Desktop) Drop(title string, at Region, file string) {
	d.t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		d.t.Skip("this machine has no C compiler")
	}
	program := filepath.Join(d.Dir, "drop")
	if out, err := exec.Command(compiler, "-o", program, "desktop/testdata/drop.c", "-lX11").CombinedOutput(); err != nil {
		d.t.Fatalf("drop.c: %v: %s", err, out)
	}
	w, err := d.windowOf(title)
	if err != nil {
		d.t.Fatal(err)
	}
	uri := url.URL{Scheme: "file", Path: file}
	if out, err := d.Command(program, w, strconv.Itoa(at.X+at.W/2), strconv.Itoa(at.Y+at.H/2), uri.String()).CombinedOutput(); err != nil {
		d.t.Fatalf("the window takes no drop: %v: %s", err, out)
	}
}
