package auth

import (
	"cmp"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/claviger/claviger/internal/plain"
)

// MaxLabel bounds a label, in characters.
const MaxLabel = 80

// Description is what a person says of an account of theirs. It stays if they sign in
// again, and goes with an export.
type Description struct {
	// Label is the person's own name of the account, one line of at most [MaxLabel]
	// characters; "" is to call it as the provider does.
	Label string
	// Color names the colour that marks it in lists, in small letters; "" is none.
	Color string
	// Place is where it stands in lists: the smallest first, 0 behind all others.
	Place int64
}

// clean cleans what a person said, and reports whether the label is short enough.
func (d *Description) clean() bool {
	label := plain.Phrase(d.Label, 0)
	d.bound()
	d.Label = label
	return utf8.RuneCountInString(label) <= MaxLabel
}

// bound cleans and bounds what is not known to be clean.
func (d *Description) bound() {
	d.Label = plain.Phrase(d.Label, MaxLabel)
	if len(d.Color) > 20 || strings.ContainsFunc(d.Color, func(c rune) bool { return c < 'a' || c > 'z' }) {
		d.Color = ""
	}
	d.Place = max(0, d.Place)
}

// comparePlaces orders accounts by their places, those without one last.
func comparePlaces(x, y int64) int {
	last := func(place int64) int64 {
		if place == 0 {
			return math.MaxInt64
		}
		return place
	}
	return cmp.Compare(last(x), last(y))
}
