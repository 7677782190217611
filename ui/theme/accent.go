package theme

import (
	"image/color"
	"math"
)

// accented gives a palette another accent: the colour that is asked for, taken towards
// that of text until all that is written in it, on it and on its pale ground can be read.
func (p palette) accented(wish color.NRGBA, least float64) palette {
	for part := range 21 {
		accent := mix(wish, p.text, float64(part)/20)
		soft := p.pale(accent)
		onAccent := p.surface
		if contrast(p.text, accent) > contrast(onAccent, accent) {
			onAccent = p.text
		}
		fits := contrast(accent, onAccent) >= least && contrast(p.text, soft) >= least && contrast(p.bad, onAccent) >= least
		for _, ground := range []color.NRGBA{p.surface, p.background, p.rail, soft} {
			fits = fits && contrast(accent, ground) >= least
		}
		if fits {
			p.accent, p.onAccent, p.soft = accent, onAccent, soft
			return p
		}
	}
	return p
}

// pale is the ground of an accent: what stands on it can be read as on the palette's own.
func (p palette) pale(accent color.NRGBA) color.NRGBA {
	part := 0.2
	for part > 0.02 && contrast(p.text, mix(p.surface, accent, part)) < contrast(p.text, p.soft) {
		part -= 0.01
	}
	return mix(p.surface, accent, part)
}

// mix goes a part of the way from one colour to another.
func mix(from, to color.NRGBA, part float64) color.NRGBA {
	between := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*part)) }
	return color.NRGBA{R: between(from.R, to.R), G: between(from.G, to.G), B: between(from.B, to.B), A: 0xff}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// contrast is how well two colours can be told apart, from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
