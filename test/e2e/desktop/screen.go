//go:build e2e

package desktop

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/draw"
)

const actionTimeout = 30 * time.Second

// Region is a part of the screen, in pixels. Reading needs one: a page of
// which most is empty cannot be read.
type Region struct{ X, Y, W, H int }

// See waits until phrase can be read in r.
func (d *Desktop) See(r Region, phrase string) {
	d.t.Helper()
	d.locate(r, phrase)
}

// Click clicks on phrase once it can be read in r.
func (d *Desktop) Click(r Region, phrase string) {
	d.t.Helper()
	w := d.locate(r, phrase)
	d.xdo("mousemove", strconv.Itoa(w.x+w.w/2), strconv.Itoa(w.y+w.h/2), "click", "1")
}

func (d *Desktop) locate(r Region, phrase string) word {
	d.t.Helper()
	var found word
	d.Eventually(fmt.Sprintf("see %q", phrase), func() error {
		words, err := d.read(r)
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

// Key presses keys, in xdotool's names: "ctrl+n", "Tab", "Return".
func (d *Desktop) Key(keys ...string) {
	d.t.Helper()
	d.xdo(append([]string{"key", "--delay", "60"}, keys...)...)
}

// Scroll turns the wheel down over the middle of a region, so many clicks.
func (d *Desktop) Scroll(r Region, clicks int) {
	d.t.Helper()
	d.xdo("mousemove", strconv.Itoa(r.X+r.W/2), strconv.Itoa(r.Y+r.H/2), "click", "--repeat", strconv.Itoa(clicks), "--delay", "30", "5")
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

// Place waits for a window with that title and puts it at r.
func (d *Desktop) Place(title string, r Region) {
	d.t.Helper()
	d.Eventually("a window "+title, func() error {
		out, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Output()
		if err != nil {
			return err
		}
		id := strings.Fields(string(out))
		if len(id) == 0 {
			return fmt.Errorf("none yet")
		}
		w := id[len(id)-1]
		return d.Command("xdotool", "windowactivate", "--sync", w, "windowsize", w, strconv.Itoa(r.W), strconv.Itoa(r.H),
			"windowmove", w, strconv.Itoa(r.X), strconv.Itoa(r.Y)).Run()
	})
}

// Keep saves a picture of the screen where CLAVIGER_PICTURES says, for looking
// at what a failed test saw.
func (d *Desktop) Keep(name string) {
	dir := os.Getenv("CLAVIGER_PICTURES")
	if dir == "" {
		return
	}
	_ = os.MkdirAll(dir, 0o700)
	file := filepath.Join(dir, strings.ReplaceAll(d.t.Name(), "/", "-")+"-"+name+".png")
	if err := d.Picture(file, Region{}); err != nil {
		d.t.Logf("no picture: %v", err)
	}
}

// Picture saves a picture of a part of the screen.
func (d *Desktop) Picture(file string, r Region) error {
	shot, err := d.shoot(r)
	if err != nil {
		return err
	}
	var data bytes.Buffer
	if err := png.Encode(&data, shot); err != nil {
		return err
	}
	return os.WriteFile(file, data.Bytes(), 0o600)
}

// Settle waits until two looks at r, a moment apart, show the same picture.
func (d *Desktop) Settle(r Region) {
	d.t.Helper()
	var before []byte
	d.Eventually("the picture settles", func() error {
		shot, err := d.shoot(r)
		if err != nil {
			return err
		}
		now := shot.(*image.RGBA).Pix
		if bytes.Equal(before, now) {
			return nil
		}
		before = now
		return errors.New("it still changes")
	})
}

// shoot photographs a part of the screen, or all of it.
func (d *Desktop) shoot(r Region) (image.Image, error) {
	data, err := d.Command("import", "-window", "root", "-silent", "-depth", "8", "png:-").Output()
	if err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	whole, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	if r.W == 0 {
		return whole, nil
	}
	part := image.NewRGBA(image.Rect(0, 0, r.W, r.H))
	draw.Draw(part, part.Bounds(), whole, image.Pt(r.X, r.Y), draw.Src)
	return part, nil
}
