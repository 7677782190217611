//go:build e2e

package desktop

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Region is a part of the screen, in pixels. Reading needs one: a page of
// which most is empty cannot be read.
type Region struct{ X, Y, W, H int }

// See waits until phrase can be read in r.
func (d *Desktop) See(r Region, phrase string) {
	d.t.Helper()
	d.locate(r, phrase)
}

// Gone waits until phrase can no longer be read in r.
func (d *Desktop) Gone(r Region, phrase string) {
	d.t.Helper()
	d.Eventually(fmt.Sprintf("%q to go", phrase), func() error {
		words, err := d.look(r)
		if err != nil {
			return err
		}
		if _, there := find(words, phrase); there {
			return errors.New("it is still there")
		}
		return nil
	})
}

// Click clicks on phrase once it can be read in r and the window has drawn what was
// done before.
func (d *Desktop) Click(r Region, phrase string) {
	d.t.Helper()
	d.click(r, phrase, "1")
}

// Menu clicks on phrase with the secondary button, as Click does with the first.
func (d *Desktop) Menu(r Region, phrase string) {
	d.t.Helper()
	d.click(r, phrase, "3")
}

// ClickAt clicks into the middle of a region with a button, by its number in X.
func (d *Desktop) ClickAt(r Region, button string) {
	d.t.Helper()
	d.xdo("mousemove", strconv.Itoa(r.X+r.W/2), strconv.Itoa(r.Y+r.H/2), "click", button)
}

// Drag holds the button where phrase begins, and lets it go so many pixels further on.
func (d *Desktop) Drag(r Region, phrase string, by int) {
	d.t.Helper()
	w := d.locate(r, phrase)
	for d.Turn(); !d.stays(w); d.Turn() {
		w = d.locate(r, phrase)
	}
	y := strconv.Itoa(w.y + w.h/2)
	d.xdo("mousemove", strconv.Itoa(w.x), y, "mousedown", "1")
	d.Turn()
	for _, x := range []int{w.x + by/2, w.x + by} {
		d.xdo("mousemove", strconv.Itoa(x), y)
		d.Turn()
	}
	d.xdo("mouseup", "1")
}

func (d *Desktop) click(r Region, phrase, button string) {
	d.t.Helper()
	w := d.locate(r, phrase)
	for d.Turn(); !d.stays(w); d.Turn() {
		w = d.locate(r, phrase)
	}
	d.xdo("mousemove", strconv.Itoa(w.x+w.w/2), strconv.Itoa(w.y+w.h/2), "click", button)
}

// stays reports whether a word is still where it was read.
func (d *Desktop) stays(w word) bool {
	d.t.Helper()
	p := &d.latest
	now, err := d.shoot(p.region)
	if err != nil {
		d.t.Fatal(err)
	}
	box := image.Rect(w.x, w.y, w.x+w.w, w.y+w.h).Sub(image.Pt(p.region.X, p.region.Y)).Intersect(now.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		from, to := now.PixOffset(box.Min.X, y), now.PixOffset(box.Max.X-1, y)+4
		if !bytes.Equal(now.Pix[from:to], p.shot.Pix[from:to]) {
			return false
		}
	}
	return true
}

// Turn waits until the window's thread has been through its loop of input and
// drawing, however slow the machine: it sleeps at least once a turn.
func (d *Desktop) Turn() {
	d.t.Helper()
	const enough = 15 // drawing sleeps too
	before := d.sleeps()
	d.Eventually("the window to go on", func() error {
		if n := d.sleeps() - before; before >= 0 && n >= 0 && n < enough {
			return fmt.Errorf("it slept %d times", n)
		}
		return nil
	})
}

// sleeps is how often the thread of the window that was placed last has gone to
// sleep, -1 if there is none.
func (d *Desktop) sleeps() int {
	status, err := os.ReadFile(filepath.Join("/proc", d.pid, "status"))
	if err != nil {
		return -1
	}
	_, text, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
	n, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(text, "\n", 2)[0]))
	if err != nil {
		d.t.Fatalf("the window's thread: %v", err)
	}
	return n
}

func (d *Desktop) locate(r Region, phrase string) word {
	d.t.Helper()
	var found word
	d.Eventually(fmt.Sprintf("see %q", phrase), func() error {
		words, err := d.look(r)
		if err != nil {
			return err
		}
		var ok bool
		if found, ok = find(words, phrase); ok {
			return nil
		}
		var all []string
		for _, w := range words {
			all = append(all, w.text)
		}
		return fmt.Errorf("the screen says: %s", strings.Join(all, " "))
	})
	return found
}

// look reads what stands in r now.
func (d *Desktop) look(r Region) ([]word, error) {
	shot, err := d.shoot(r)
	if err != nil || d.latest.of(shot, r) {
		return d.latest.words, err
	}
	words, err := d.read(shot, r)
	if err != nil {
		return nil, err
	}
	d.latest = page{r, shot, words}
	return words, nil
}

// Key presses keys, in xdotool's names: "ctrl+n", "Tab", "Return".
func (d *Desktop) Key(keys ...string) {
	d.t.Helper()
	d.xdo(append([]string{"key", "--delay", "60"}, keys...)...)
}

// Scroll turns the wheel down over the middle of a region, so many clicks.
func (d *Desktop) Scroll(r Region, clicks int) {
	d.t.Helper()
	d.wheel(r, wheelDown, clicks)
}

// The buttons that X11 has for the wheel.
const wheelUp, wheelDown = "4", "5"

func (d *Desktop) wheel(r Region, button string, clicks int) {
	d.t.Helper()
	d.xdo("mousemove", strconv.Itoa(r.X+r.W/2), strconv.Itoa(r.Y+r.H/2), "click", "--repeat", strconv.Itoa(clicks), "--delay", "30", button)
}

// SeeBelow scrolls r down until phrase can be read in it. At the end of a page it begins
// at the top again: what comes late may come above.
func (d *Desktop) SeeBelow(r Region, phrase string) {
	d.t.Helper()
	const step, wholePage = 4, 200 // a step is less than a window
	var before *image.RGBA
	d.Eventually(fmt.Sprintf("see %q further down", phrase), func() error {
		words, err := d.look(r)
		if err != nil {
			return err
		}
		if _, there := find(words, phrase); there {
			return nil
		}
		if now := d.latest.shot; before != nil && bytes.Equal(now.Pix, before.Pix) {
			d.wheel(r, wheelUp, wholePage)
			before = nil
		} else {
			d.wheel(r, wheelDown, step)
			before = now
		}
		d.Turn() // until it has drawn that
		return errors.New("the page does not say so")
	})
}

// Type types text.
func (d *Desktop) Type(text string) {
	d.t.Helper()
	d.xdo("type", "--delay", "25", text)
}

func (d *Desktop) xdo(args ...string) {
	d.t.Helper()
	if out, err := d.Command("xdotool", args...).CombinedOutput(); err != nil {
		d.t.Fatalf("xdotool %s: %v: %s", args[0], err, out)
	}
}
