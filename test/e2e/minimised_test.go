//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestNothingIsDrawnInAMinimisedWindow lets the page count down that is drawn each
// second, and looks at Mesa's own count of frames: it gets a line with each one
// that is drawn, and none while no one can see the window.
func TestNothingIsDrawnInAMinimisedWindow(t *testing.T) {
	d := desktop.Start(t, 1020, 700)
	c := newClaviger(t, d)
	frames := filepath.Join(d.Dir, "frames")
	if err := os.Mkdir(frames, 0o700); err != nil {
		t.Fatal(err)
	}
	drawn := func() int64 {
		t.Helper()
		info, err := os.Stat(filepath.Join(frames, "fps"))
		if err != nil {
			t.Fatalf("no count of frames: %v", err)
		}
		return info.Size()
	}
	goesOn := func() {
		for range 20 { // five seconds, or more
			d.Turn()
		}
	}
	c.openWindow("BROWSER=true", "GALLIUM_HUD=.x1fps", "GALLIUM_HUD_PERIOD=0.01", "GALLIUM_HUD_VISIBLE=false", "GALLIUM_HUD_DUMP_DIR="+frames)
	d.See(window, "Where do you want to")
	d.Key("Return")
	d.Click(window, "Sign in with your browser")
	d.See(window, "Continue in your browser")

	before := drawn()
	goesOn()
	if drawn() == before {
		t.Fatal("the time left does not count down")
	}
	restore := d.Minimise("Claviger")
	goesOn() // to the end of what was under way
	before = drawn()
	goesOn()
	if n := drawn() - before; n != 0 {
		t.Errorf("%d bytes about new frames of a minimised window", n)
	}
	restore()
	before = drawn()
	goesOn()
	if drawn() == before {
		t.Error("the time left no longer counts down")
	}
	d.Click(window, "Cancel")
	d.See(window, "Sign in to Demo")
}
