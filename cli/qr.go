package cli

import (
	"image/color"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quietZone is the light margin around a QR code, in modules (ISO/IEC 18004).
const quietZone = 4

// qrLines draws a text as a QR code, two modules a character, in colours of
// its own: a terminal may be dark or light, and not every camera reads a code
// that is light on dark. It gives nothing if the code is wider than the
// terminal.
func qrLines(text string, columns int) []string {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil
	}
	end := code.Bounds().Dx() + quietZone
	if end+quietZone > columns {
		return nil
	}
	var lines []string
	for y := -quietZone; y < end; y += 2 {
		var l strings.Builder
		for x := -quietZone; x < end; x++ {
			l.WriteString(halves(dark(code, x, y), dark(code, x, y+1)))
		}
		lines = append(lines, blackOnWhite+l.String()+plainColours)
	}
	return lines
}

// dark reports whether a module is; those around the code are not.
func dark(code barcode.Barcode, x, y int) bool {
	side := code.Bounds().Dx()
	return x >= 0 && y >= 0 && x < side && y < side && color.GrayModel.Convert(code.At(x, y)) == color.Gray{}
}

// SGR sequences (ECMA-48 §8.3.117); the colours are those of the 6×6×6 cube,
// which themes leave alone.
const (
	blackOnWhite = "\x1b[38;5;16;48;5;231m"
	plainColours = "\x1b[0m"
)

// halves is the character of two modules, one above the other.
func halves(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}
