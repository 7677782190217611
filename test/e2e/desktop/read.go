//go:build e2e

package desktop

import (
	"bytes"
	"fmt"
	"image"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/draw"
)

// word is a word on the screen and where it is, in screen pixels.
type word struct {
	text       string
	x, y, w, h int
	line       int
}

// enlarge is how much a line is enlarged for reading: OCR likes capital letters
// of about 30 pixels.
const enlarge = 3

// page is a part of the screen and the words on it.
type page struct {
	region Region
	shot   *image.RGBA
	words  []word
}

// of reports whether it is a page that looks like that.
func (p *page) of(shot *image.RGBA, r Region) bool {
	return p.shot != nil && p.region == r && bytes.Equal(p.shot.Pix, shot.Pix)
}

// seen has the words of each line that any desktop has read, by how it looks: reading
// costs more than all else here, and the same lines stand on many screens.
var seen sync.Map // string to []word

// read reads a picture, whose corner is that of r.
func (d *Desktop) read(shot *image.RGBA, r Region) ([]word, error) {
	gray := image.NewGray(shot.Bounds())
	draw.Draw(gray, gray.Rect, shot, image.Point{}, draw.Src)
	boxes := lines(gray)
	looks := make([]string, len(boxes))
	news := map[string]*image.Gray{}
	for i, b := range boxes {
		boxes[i] = b.Inset(-margin).Intersect(gray.Rect)
		line := onWhite(gray, boxes[i])
		looks[i] = fmt.Sprint(line.Rect.Dx(), " ", string(line.Pix))
		if _, known := seen.Load(looks[i]); !known {
			news[looks[i]] = line
		}
	}
	if err := d.recognise(news); err != nil {
		return nil, err
	}
	words := []word{}
	for i, b := range boxes {
		known, _ := seen.Load(looks[i])
		for _, w := range known.([]word) {
			w.line, w.x, w.y = i, w.x+b.Min.X+r.X, w.y+b.Min.Y+r.Y
			words = append(words, w)
		}
	}
	return words, nil
}

// recognise reads lines, each named by how it looks.
func (d *Desktop) recognise(news map[string]*image.Gray) error {
	if len(news) == 0 {
		return nil
	}
	var list strings.Builder
	names := slices.Collect(maps.Keys(news))
	for i, name := range names {
		line := news[name]
		large := image.NewGray(image.Rect(0, 0, line.Rect.Dx()*enlarge, line.Rect.Dy()*enlarge))
		draw.CatmullRom.Scale(large, large.Rect, line, line.Rect, draw.Src, nil)
		file := filepath.Join(d.Dir, "screen", fmt.Sprintf("line%d.pgm", i)) // PGM takes no time to make
		picture := fmt.Appendf(nil, "P5\n%d %d\n255\n", large.Rect.Dx(), large.Rect.Dy())
		if err := os.WriteFile(file, append(picture, large.Pix...), 0o600); err != nil {
			return fmt.Errorf("read the screen: %w", err)
		}
		list.WriteString(file + "\n")
	}
	// Each picture is one line of text.
	cmd := d.Command("tesseract", "-", "-", "--psm", "7", "tsv")
	cmd.Env = append(cmd.Env, "OMP_THREAD_LIMIT=1")
	cmd.Stdin = strings.NewReader(list.String())
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("read the screen: %w", err)
	}
	words := make([][]word, len(names))
	for _, line := range strings.Split(string(out), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 12 || strings.TrimSpace(f[11]) == "" {
			continue
		}
		n := func(i int) int { v, _ := strconv.Atoi(f[i]); return v }
		if page := n(1); page >= 1 && page <= len(names) {
			words[page-1] = append(words[page-1], word{
				text: strings.TrimSpace(f[11]), x: n(6) / enlarge, y: n(7) / enlarge, w: n(8) / enlarge, h: n(9) / enlarge,
			})
		}
	}
	for i, name := range names {
		seen.Store(name, words[i])
	}
	return nil
}

// onWhite copies a part of a picture so that its ground, which is most of it, is
// white and letters, lighter or darker, are black.
func onWhite(shot *image.Gray, box image.Rectangle) *image.Gray {
	line := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	draw.Draw(line, line.Rect, shot, box.Min, draw.Src)
	var count [256]int
	for _, v := range line.Pix {
		count[v]++
	}
	ground := 0
	for v, n := range count {
		if n > count[ground] {
			ground = v
		}
	}
	far := 1
	for _, v := range line.Pix {
		far = max(far, int(v)-ground, ground-int(v))
	}
	for i, v := range line.Pix {
		line.Pix[i] = uint8(255 - max(int(v)-ground, ground-int(v))*255/far)
	}
	return line
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
