package plain

import (
	"strings"
	"unicode"
)

// Line makes s one line without unseen characters: line breaks, tabs and the
// blank Braille pattern become spaces, anything else that [Unseen] reports is left out. A
// text of more than limit characters is cut there and ends with "…"; 0 is no
// limit.
func Line(s string, limit int) string {
	if (limit <= 0 || len(s) <= limit) && harmless(s) {
		return s
	}
	var b strings.Builder
	n, piled, last := 0, pile(0), rune(0)
	for i, r := range s {
		switch {
		case piled.high(r):
			continue
		case breaks(r):
			r = ' '
		case joins(r):
			// Persian, Hindi and emoji need a joiner between their letters; at any
			// other place it only makes two texts look the same.
			if last <= unicode.MaxLatin1 || joins(last) {
				continue
			}
		case selects(r):
			if !selectable(last, s[i:]) {
				continue
			}
		case Unseen(r):
			continue
		}
		if n == limit && limit > 0 {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		last = r
		n++
	}
	return strings.TrimRightFunc(b.String(), joins)
}

// mostMarks is how many marks a letter has at most: more than any language needs, and too
// few to draw over the lines around it.
const mostMarks = 8

// pile counts the marks on a letter.
type pile int

// high counts a character, and says whether it is a mark too many.
func (p *pile) high(r rune) bool {
	if *p++; !unicode.In(r, unicode.Mn, unicode.Me) {
		*p = 0
	}
	return *p > mostMarks
}

// Text is [Line], without a limit, for each line of s.
func Text(s string) string {
	if harmless(strings.ReplaceAll(s, "\n", "")) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Line(strings.TrimSuffix(l, "\r"), 0)
	}
	return strings.Join(lines, "\n")
}

// Unseen reports whether r controls something or has no shape of its own:
// control characters (C0, DEL, C1), marks that change the direction of text,
// zero-width characters, separators of lines and paragraphs, tag characters,
// variation selectors, the blank Braille pattern, and the replacement character
// of text that was not UTF-8.
func Unseen(r rune) bool {
	switch {
	case r < ' ', r >= '\x7f' && r < '\u00a0', r == unicode.ReplacementChar:
		return true
	case r < '\u00ad':
		return false
	}
	return r == blankBraille || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.In(r, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// blankBraille is the pattern without dots. It looks like a space but is not one.
const blankBraille = '\u2800'

// breaks reports characters that end a line or lead to a tab stop, and what
// looks like a space.
func breaks(r rune) bool {
	return r == blankBraille || r >= '\t' && r <= '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// joins reports the zero-width joiner and non-joiner.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

// selects reports the variation selectors that make a symbol text or emoji.
func selects(r rune) bool { return r == '\ufe0e' || r == '\ufe0f' }

// selectable reports whether a variation selector changes what is before it: emoji
// and symbols belong to no script, and behind a letter it shows nothing. rest begins
// with the selector; a keycap is a digit, # or * with one and U+20E3.
func selectable(before rune, rest string) bool {
	if before <= unicode.MaxLatin1 {
		return strings.ContainsRune("0123456789#*", before) && strings.HasPrefix(rest, "\ufe0f\u20e3")
	}
	return unicode.Is(unicode.Common, before)
}

// harmless reports whether s is printable ASCII.
func harmless(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Ends is [Line], but what is too long loses its middle: the end of a path names the file.
func Ends(s string, limit int) string {
	line := []rune(Line(s, 0))
	if len(line) <= limit {
		return string(line)
	}
	head := limit / 3
	return string(line[:head]) + "…" + string(line[len(line)-(limit-head-1):])
}

// Phrase is [Line] without blanks around it, for a place in a sentence.
func Phrase(s string, limit int) string { return strings.TrimSpace(Line(s, limit)) }

// Short is a [Phrase] of at most 60 characters.
func Short(s string) string { return Phrase(s, 60) }
