package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"
)

// pictureSize is the width and height of a person's picture in pixels.
const pictureSize = 256

// picturePath is where a person's picture is served.
func picturePath(id string) string { return "/pictures/" + id + ".png" }

// face says how a person is drawn. Lengths are parts of the picture's width,
// with the middle at (0, 0) and y downwards.
type face struct {
	top, bottom       color.RGBA // the disc, from top to bottom
	skin, hair, shirt color.RGBA
	// longHair reaches the shoulders, bun is a knot on top.
	longHair, bun, beard, glasses bool
}

func faces() map[string]face {
	return map[string]face{
		"tess": {
			top: rgb(0x0FA39C), bottom: rgb(0x0B7A75), skin: rgb(0xF3C9A5), hair: rgb(0x8A3B1E), shirt: rgb(0xF4EBDD),
			longHair: true,
		},
		"ola": {
			top: rgb(0x5F8FD3), bottom: rgb(0x33588F), skin: rgb(0xF5D5BA), hair: rgb(0xE3C172), shirt: rgb(0x1F2E45),
			beard: true,
		},
		"sam": {
			top: rgb(0xE0A83C), bottom: rgb(0xB07A1E), skin: rgb(0x7A4A2B), hair: rgb(0x221713), shirt: rgb(0xFBEFD9),
			glasses: true,
		},
		"noor": {
			top: rgb(0x9A74D6), bottom: rgb(0x6A3FB5), skin: rgb(0xD9A47A), hair: rgb(0x2A1D33), shirt: rgb(0xEADCF7),
			bun: true, glasses: true,
		},
	}
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF} //nolint:gosec // the bytes are meant
}

// drawnOnce returns the pictures as PNG, each drawn when first asked for.
func drawnOnce() func(id string) ([]byte, bool) {
	drawn := map[string]func() []byte{}
	for id, f := range faces() {
		drawn[id] = sync.OnceValue(f.png)
	}
	return func(id string) ([]byte, bool) {
		draw, ok := drawn[id]
		if !ok {
			return nil, false
		}
		return draw(), true
	}
}

// png draws the face, with each pixel the mean of 16 points of it.
func (f face) png() []byte {
	const fine = 4
	img := image.NewNRGBA(image.Rect(0, 0, pictureSize, pictureSize))
	for y := range pictureSize {
		for x := range pictureSize {
			var r, g, b, n float64
			for i := range fine * fine {
				px := (float64(x)+(float64(i%fine)+0.5)/fine)/pictureSize - 0.5
				py := (float64(y)+(float64(i/fine)+0.5)/fine)/pictureSize - 0.5
				if c, ok := f.at(px, py); ok {
					r, g, b, n = r+float64(c.R), g+float64(c.G), b+float64(c.B), n+1
				}
			}
			if n > 0 {
				img.SetNRGBA(x, y, color.NRGBA{
					R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: uint8(255 * n / (fine * fine)),
				})
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // a buffer takes everything
	return out.Bytes()
}

// at is the colour at a point, or false outside the disc.
func (f face) at(x, y float64) (color.RGBA, bool) {
	if !oval(x, y, 0, 0, 0.5, 0.5) {
		return color.RGBA{}, false
	}
	disc := blend(f.top, f.bottom, y+0.5)
	// The head fills the disc, so that it can be recognized in a small list.
	x, y = x/1.28, y/1.28-0.035
	if c, ok := f.features(x, y); ok {
		return c, true
	}
	switch {
	case oval(x, y, 0, -0.045, 0.155, 0.195): // face, with hair over its top
		if f.hairline(x, y) {
			return f.hair, true
		}
		return f.skin, true
	case math.Abs(x) < 0.07 && y > 0.05 && y < 0.25: // neck
		return blend(f.skin, color.RGBA{A: 0xFF}, 0.12), true
	case oval(x, y, 0, 0.5, 0.34, 0.29): // shoulders
		return f.shirt, true
	case oval(x, y, 0, -0.085, 0.185, 0.195) && y < 0.02,
		f.longHair && math.Abs(x) < 0.2 && oval(x, y, 0, 0.02, 0.205, 0.27),
		f.bun && oval(x, y, 0, -0.31, 0.085, 0.075):
		return f.hair, true
	}
	return disc, true
}

// hairline is the hair within the face's oval.
func (f face) hairline(x, y float64) bool {
	if f.beard && y > 0.03 && !oval(x, y, 0, -0.01, 0.115, 0.12) {
		return true
	}
	if f.longHair {
		return y < -0.115-0.5*x && y < -0.06
	}
	return y < -0.15+0.8*x*x
}

// features are eyes, mouth and glasses.
func (f face) features(x, y float64) (color.RGBA, bool) {
	dark := color.RGBA{R: 0x2B, G: 0x1B, B: 0x17, A: 0xFF}
	ax := math.Abs(x)
	if oval(ax, y, 0.062, -0.05, 0.017, 0.021) {
		return dark, true
	}
	// A smile is a piece of a ring.
	if d := math.Hypot(x, y-0.012); d > 0.058 && d < 0.072 && y > 0.045 {
		return dark, true
	}
	if f.glasses {
		d := math.Hypot(ax-0.062, y+0.05)
		if d > 0.044 && d < 0.055 || ax < 0.016 && math.Abs(y+0.056) < 0.006 {
			return blend(f.hair, dark, 0.5), true
		}
	}
	return color.RGBA{}, false
}

// oval reports whether a point is in the ellipse around (cx, cy).
func oval(x, y, cx, cy, rx, ry float64) bool {
	dx, dy := (x-cx)/rx, (y-cy)/ry
	return dx*dx+dy*dy <= 1
}

// blend is a with t parts of one of b.
func blend(a, b color.RGBA, t float64) color.RGBA {
	mix := func(p, q uint8) uint8 { return uint8(float64(p)*(1-t) + float64(q)*t) }
	return color.RGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xFF}
}
