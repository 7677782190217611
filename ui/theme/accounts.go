package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// accountColor is a colour that a person can give an account, in light and dark. Each
// is good for text on every ground that an account is shown on.
type accountColor struct {
	name        string
	light, dark uint32
}

func accountColors() []accountColor {
	return []accountColor{
		{"red", 0xB3261E, 0xF2837B},
		{"orange", 0x9A4A00, 0xF0A060},
		{"yellow", 0x7A5C00, 0xE3C34B},
		{"green", 0x2A763B, 0x6CCB7F},
		{"teal", 0x0A7671, 0x3FC1B5},
		{"blue", 0x0B62A8, 0x6FC3F0},
		{"purple", 0x6A3FB5, 0xB79CF2},
		{"pink", 0xA8276E, 0xF08CC0},
	}
}

// AccountColors are the names of the colours that an account can have.
func AccountColors() []string {
	var names []string
	for _, c := range accountColors() {
		names = append(names, c.name)
	}
	return names
}

// AccountColor is the theme's name of such a colour, "" of one that there is not.
func AccountColor(name string) fyne.ThemeColorName {
	for _, c := range accountColors() {
		if c.name == name {
			return fyne.ThemeColorName("clavigerAccount-" + name)
		}
	}
	return ""
}

// withAccounts adds the colours of accounts to those of a variant.
func withAccounts(all map[fyne.ThemeColorName]color.Color, dark bool) map[fyne.ThemeColorName]color.Color {
	for _, c := range accountColors() {
		hex := c.light
		if dark {
			hex = c.dark
		}
		all[AccountColor(c.name)] = rgb(hex)
	}
	return all
}

// stronger takes the colours of accounts a third of the way to that of text, for high
// contrast.
func stronger(all map[fyne.ThemeColorName]color.Color, text color.NRGBA) {
	for _, c := range accountColors() {
		name := AccountColor(c.name)
		from, ok := all[name].(color.NRGBA)
		if !ok {
			continue
		}
		mix := func(a, b uint8) uint8 { return uint8((2*uint16(a) + uint16(b)) / 3 & 0xff) }
		all[name] = color.NRGBA{R: mix(from.R, text.R), G: mix(from.G, text.G), B: mix(from.B, text.B), A: 0xff}
	}
}
