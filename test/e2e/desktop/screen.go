//go:build e2e

package desktop

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const actionTimeout = 30 * time.Second

// word is a word on the screen and where it is, in screen pixels.
type word struct {
	text       string
	x, y, w, h int
	line       string
}

// Region is the part of the screen to look at; the zero one is all of it.
type Region struct{ X, Y, W, H int }

// enlarge is how much the picture is enlarged for reading: OCR likes capital
// letters of about 30 pixels.
const enlarge = 3

// read reads the words on the screen.
func (d *Desktop) read(r Region) ([]word, error) {
	args := []string{"-window", "root", "-silent"}
	if r.W > 0 {
		args = append(args, "-crop", fmt.Sprintf("%dx%d+%d+%d", r.W, r.H, r.X, r.Y))
	}
	args = append(args, "+repage", "-colorspace", "Gray", "-filter", "Mitchell", "-resize", fmt.Sprintf("%d%%", enlarge*100), "png:-")
	picture, err := d.Command("import", args...).Output()
	if err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	// Sparse text: a window is not a page.
	cmd := d.Command("tesseract", "-", "-", "--psm", "11", "tsv")
	cmd.Env = append(cmd.Env, "OMP_THREAD_LIMIT=1")
	cmd.Stdin = bytes.NewReader(picture)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read the screen: %w", err)
	}
	var words []word
	for _, line := range strings.Split(string(out), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 12 || strings.TrimSpace(f[11]) == "" {
			continue
		}
		n := func(i int) int { v, _ := strconv.Atoi(f[i]); return v / enlarge }
		words = append(words, word{
			text: strings.TrimSpace(f[11]), x: n(6) + r.X, y: n(7) + r.Y, w: n(8), h: n(9),
			line: strings.Join(f[1:5], "."),
		})
	}
	return words, nil
}

// find looks for a phrase whose words stand one after the other in a line.
func find(words []word, phrase string) (word, bool) {
	want := strings.Fields(phrase)
	for i := range words {
		if i+len(want) > len(words) {
			break
		}
		hit := true
		for j, w := range want {
			if !same(words[i+j].text, w) || words[i+j].line != words[i].line {
				hit = false
				break
			}
		}
		if hit {
			last := words[i+len(want)-1]
			found := words[i]
			found.w = last.x + last.w - found.x
			return found, true
		}
	}
	return word{}, false
}

// same compares words as read from a screen, where edges collect dots.
func same(read, want string) bool {
	const edges = ".,:;!?…•●○|()[]\"'“”’‘=-—"
	return strings.EqualFold(strings.Trim(read, edges), strings.Trim(want, edges))
}

// See waits until phrase is on the screen.
func (d *Desktop) See(phrase string) { d.SeeIn(Region{}, phrase) }

// SeeIn waits until phrase is in a part of the screen.
func (d *Desktop) SeeIn(r Region, phrase string) {
	d.t.Helper()
	d.locate(r, phrase)
}

// Click clicks on phrase once it is on the screen.
func (d *Desktop) Click(phrase string) { d.ClickIn(Region{}, phrase) }

// ClickIn clicks on phrase once it is in a part of the screen.
func (d *Desktop) ClickIn(r Region, phrase string) {
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

// Place waits for a window with that title and gives it a size and place.
func (d *Desktop) Place(title string, x, y, width, height int) {
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
		return d.Command("xdotool", "windowactivate", "--sync", w, "windowsize", w, strconv.Itoa(width), strconv.Itoa(height),
			"windowmove", w, strconv.Itoa(x), strconv.Itoa(y)).Run()
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
	args := []string{"-window", "root", "-silent"}
	if r.W > 0 {
		args = append(args, "-crop", fmt.Sprintf("%dx%d+%d+%d", r.W, r.H, r.X, r.Y), "+repage")
	}
	cmd := exec.Command("import", append(args, file)...)
	cmd.Env = d.Env()
	return cmd.Run()
}
