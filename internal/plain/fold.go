package plain

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold makes texts equal that people consider the same: in small letters, and with
// accents in one form, composed (Unicode TR 15), however they were typed.
func Fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// Look makes texts equal that look the same, whatever unseen characters are in
// them: without any, joiners too, with one space between words, and with accents
// in one form. It is for comparing; [Line] is for showing.
func Look(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case breaks(r) || unicode.IsSpace(r):
			return ' '
		case Unseen(r):
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}
