package widget

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

func (v *TokenView) measure() measure {
	return measure{size: sizeOf(v, theme.SizeMono), style: fyne.TextStyle{Monospace: true}}
}

// letter is the width of a letter of the monospaced font.
func (v *TokenView) letter() float32 { return v.measure().width(strings.Repeat("0", 64)) / 64 }

// lineHeight leaves some air between the lines of letters and digits.
func (v *TokenView) lineHeight() float32 { return v.measure().lineHeight() + 3 }

// tokenLines are the lines of a token, each so many letters.
type tokenLines struct {
	columns, count int
	runs           []tokenRun
	letter         float32 // the width that it was laid out for
}

// tokenRun is a stretch of one colour on one line; start counts letters from the
// left.
type tokenRun struct {
	text        string
	color       fyne.ThemeColorName
	line, start int
}

// leastColumns is how many letters a line has at least.
const leastColumns = 8

// lines lay the token out in a width; nothing is cut.
func (v *TokenView) lines(width float32) tokenLines {
	letter := v.letter()
	columns := max(leastColumns, int(width/letter))
	if width <= 0 {
		columns = max(leastColumns, len(v.letters))
	}
	if v.laid.columns == columns && v.laid.letter == letter {
		return v.laid
	}
	l := tokenLines{columns: columns, count: max(1, (len(v.letters)+columns-1)/columns), letter: letter}
	for _, span := range v.spans {
		for at := span.from; at < span.to; {
			n := min(span.to, (at/columns+1)*columns)
			l.runs = append(l.runs, tokenRun{printable(v.letters[at:n]), span.color, at / columns, at % columns})
			at = n
		}
	}
	v.laid = l
	return l
}

// printable writes letters of which each takes one place. Access tokens have
// nothing else (RFC 6749 appendix A.12); what a provider sends against that is
// copied as it is.
func printable(letters []rune) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && !unicode.Is(unicode.Mn, r) {
			return r
		}
		return '·'
	}, string(letters))
}
