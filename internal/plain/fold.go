package plain

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fold makes texts equal that people take for the same: in small letters, and with
// accents in one form, composed (Unicode TR 15), however they were typed.
func Fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }
