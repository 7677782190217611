package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// typeface is the font that a text is drawn in: the one of its style if that has all
// the letters, else nil. For nil Fyne joins fonts for emoji and signs to the style's
// own, and what the system has for other scripts; it reads them anew for each style, some
// 8 MB each time, which a window in Latin letters can do without. They are there for the
// plain style, which a field needs.
func typeface(text string, style fyne.TextStyle) fyne.Resource {
	if style == (fyne.TextStyle{}) || strings.ContainsFunc(text, func(r rune) bool { return !latin(r) }) {
		return nil
	}
	return fynetheme.DefaultTheme().Font(style)
}

// latin reports whether each of Fyne's fonts has a letter: Latin ones with their accents,
// and the marks between words.
func latin(r rune) bool {
	return r >= 0x20 && r <= 0x7e || r >= 0xa0 && r <= 0x17f || r >= 0x2010 && r <= 0x2023 || r == '…'
}
