//go:build e2e

package desktop

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
)

// word is a word on the screen and where it is, in screen pixels.
type word struct {
	text       string
	x, y, w, h int
	line       string
}

// enlarge is how much a picture is enlarged for reading: OCR likes capital
// letters of about 30 pixels.
const enlarge = 3

// page is a part of the screen and the words on it, as far as they were read.
// Letters on filled buttons are read by themselves: OCR takes a filled button
// for a picture.
type page struct {
	region        Region
	shot          *image.RGBA
	text, buttons []word // nil is not read yet
}

// of reports whether it is a page that looks like that.
func (p *page) of(shot *image.RGBA, r Region) bool {
	return p.shot != nil && p.region == r && bytes.Equal(p.shot.Pix, shot.Pix)
}

// text reads what is not on a filled button.
func (d *Desktop) text() (words []word, err error) {
	p := &d.latest
	if p.text == nil {
		p.text, err = d.recognise(p.shot, p.region)
	}
	return p.text, err
}

// buttons reads what is on filled buttons.
func (d *Desktop) buttons() (words []word, err error) {
	p := &d.latest
	if p.buttons == nil {
		p.buttons, err = d.recognise(buttons(p.shot), p.region)
	}
	return p.buttons, err
}

// recognise reads one picture, whose corner is that of r.
func (d *Desktop) recognise(shot image.Image, r Region) ([]word, error) {
	small := shot.Bounds()
	large := image.NewGray(image.Rect(0, 0, small.Dx()*enlarge, small.Dy()*enlarge))
	draw.CatmullRom.Scale(large, large.Bounds(), shot, small, draw.Src, nil)
	var picture bytes.Buffer // PGM, which takes no time to make
	_, _ = fmt.Fprintf(&picture, "P5\n%d %d\n255\n", large.Rect.Dx(), large.Rect.Dy())
	_, _ = picture.Write(large.Pix)
	// Sparse text: a window is not a page.
	cmd := d.Command("tesseract", "-", "-", "--psm", "11", "tsv")
	cmd.Env = append(cmd.Env, "OMP_THREAD_LIMIT=1")
	cmd.Stdin = &picture
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read the screen: %w", err)
	}
	words := []word{}
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

// The fillings of the window's main buttons, light and dark (ui/theme).
var fillings = []color.RGBA{{0x0A, 0x76, 0x71, 0xFF}, {0x3F, 0xC1, 0xB5, 0xFF}}

// buttons is a white picture with only the filled buttons of shot on it, their
// letters dark on light.
func buttons(shot image.Image) image.Image {
	page := image.NewGray(shot.Bounds())
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	seen := map[image.Point]bool{}
	for y := shot.Bounds().Min.Y; y < shot.Bounds().Max.Y; y += 4 {
		for x := shot.Bounds().Min.X; x < shot.Bounds().Max.X; x += 4 {
			at := image.Pt(x, y)
			if seen[at] || !filled(shot, at) {
				continue
			}
			box := spread(shot, at, seen)
			if box.Dx() < 24 || box.Dy() < 18 || box.Dy() > 80 {
				continue
			}
			filling := gray(shot, x, y)
			box = box.Inset(4) // without the rounded corners
			for py := box.Min.Y; py < box.Max.Y; py++ {
				for px := box.Min.X; px < box.Max.X; px++ {
					page.SetGray(px, py, onWhite(gray(shot, px, py), filling))
				}
			}
		}
	}
	return page
}

func gray(shot image.Image, x, y int) int {
	return int(color.GrayModel.Convert(shot.At(x, y)).(color.Gray).Y)
}

// onWhite makes the filling white and letters, lighter or darker, black.
func onWhite(v, filling int) color.Gray {
	if filling < 128 {
		v, filling = 255-v, 255-filling
	}
	return color.Gray{Y: uint8(min(v*255/filling, 255))}
}

func filled(shot image.Image, at image.Point) bool {
	if !at.In(shot.Bounds()) {
		return false
	}
	r, g, b, _ := shot.At(at.X, at.Y).RGBA()
	for _, f := range fillings {
		if near(r, f.R) && near(g, f.G) && near(b, f.B) {
			return true
		}
	}
	return false
}

func near(have uint32, want uint8) bool {
	const tolerance = 4
	diff := int(have>>8) - int(want)
	return -tolerance <= diff && diff <= tolerance
}

// spread returns the bounds of the filled points that hang together with at.
func spread(shot image.Image, at image.Point, seen map[image.Point]bool) image.Rectangle {
	box := image.Rectangle{Min: at, Max: at.Add(image.Pt(1, 1))}
	todo := []image.Point{at}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[p] || !filled(shot, p) {
			continue
		}
		seen[p] = true
		box = box.Union(image.Rectangle{Min: p, Max: p.Add(image.Pt(1, 1))})
		todo = append(todo, p.Add(image.Pt(1, 0)), p.Add(image.Pt(-1, 0)), p.Add(image.Pt(0, 1)), p.Add(image.Pt(0, -1)))
	}
	return box
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
