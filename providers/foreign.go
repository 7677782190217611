package providers

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// Bounds of a group's name and id, in runes.
const (
	maxName = 200
	maxID   = 300
)

// cleanText makes a foreign text one line that can be shown: no control
// characters, nothing that turns the direction of what follows or that cannot
// be seen, at most limit runes.
func cleanText(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			r = ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unseen(r):
			continue
		}
		if n == limit {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}

// unseen reports characters without a shape that join nothing either: they only
// serve to make two texts look the same.
func unseen(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\ufeff', '\u00ad', unicode.ReplacementChar:
		return true
	}
	return false
}

// cleanID is an id that can be shown. One that had to be changed for it ends
// with a mark of its own, so that it never becomes the id of another group.
func cleanID(s string) (id string, changed bool) {
	id = cleanText(s, maxID)
	if id == s {
		return id, false
	}
	sum := sha256.Sum256([]byte(s))
	return id + "~" + hex.EncodeToString(sum[:4]), true
}
