// Package strength estimates how hard a passphrase is to guess, from its length and from
// what people often use. It is an estimate of a person's choice, not a measure: a phrase
// from a song is weaker than it says, and it knows the words of few languages.
package strength

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Level is how hard a passphrase is to guess.
type Level int

// The levels: seconds to hours for who has the file and a computer, days, years, and
// longer than that.
const (
	Weak Level = iota
	Fair
	Good
	Strong
)

// The least bits of each level. A guess takes the vault's key derivation, which is slow.
const (
	fairBits   = 28
	goodBits   = 42
	strongBits = 54
)

// Of estimates a passphrase.
func Of(passphrase string) Level {
	switch b := bits(passphrase); {
	case b < fairBits:
		return Weak
	case b < goodBits:
		return Fair
	case b < strongBits:
		return Good
	}
	return Strong
}

// mostRunes bounds what is looked at: the rest makes no weak one of a strong one.
const mostRunes = 128

// bits are the least bits of all ways to put the passphrase together from pieces.
func bits(passphrase string) float64 {
	text := []rune(passphrase)
	text = text[:min(len(text), mostRunes)]
	least := make([]float64, len(text)+1)
	for to := 1; to <= len(text); to++ {
		least[to] = least[to-1] + alone(text[to-1])
		for from := to - 2; from >= 0; from-- {
			if b, ok := piece(text[from:to]); ok {
				least[to] = min(least[to], least[from]+b)
			}
		}
	}
	return least[len(text)]
}

// alone are the bits of a character that is part of nothing.
func alone(r rune) float64 {
	switch {
	case r == ' ':
		return 0.5 // words are mostly parted by one
	case r >= '0' && r <= '9':
		return 3.3
	case r < utf8.RuneSelf && unicode.IsLetter(r):
		return 4.7
	}
	return 5.5
}

// The bits of pieces: a place on a keyboard or in the alphabet, one of the commonest words,
// a word at all, and a year.
const (
	placeBits  = 5
	commonBits = 9
	wordBits   = 13
	yearBits   = 7
)

// piece are the bits of a part that one thinks of as one.
func piece(part []rune) (float64, bool) {
	n := len(part)
	if n < 3 {
		return 0, false
	}
	word := plainLetters(part)
	switch {
	case isRun(part):
		return placeBits + math.Log2(float64(n)), true
	case n > 3 && common()[word]:
		return commonBits + upper(part), true
	case n == 4 && (strings.HasPrefix(string(part), "19") || strings.HasPrefix(string(part), "20")) && digits(part):
		return yearBits, true
	case likeAWord(part):
		return wordBits + upper(part), true
	}
	return 0, false
}

// upper is a bit more for capitals.
func upper(part []rune) float64 {
	if slices.ContainsFunc(part, unicode.IsUpper) {
		return 1
	}
	return 0
}

func digits(part []rune) bool {
	return !slices.ContainsFunc(part, func(r rune) bool { return r < '0' || r > '9' })
}

// isRun reports whether a part is one character again and again, or goes along the
// alphabet, the digits or a row of a keyboard.
func isRun(part []rune) bool {
	const rows = "qwertyuiop qwertzuiop azertyuiop asdfghjkl qsdfghjklm zxcvbnm yxcvbnm wxcvbn 1234567890 abcdefghijklmnopqrstuvwxyz"
	if !slices.ContainsFunc(part, func(r rune) bool { return r != part[0] }) {
		return true
	}
	text := strings.ToLower(string(part))
	back := []rune(text)
	slices.Reverse(back)
	return !strings.Contains(text, " ") && (strings.Contains(rows, text) || strings.Contains(rows, string(back)))
}

// likeAWord reports whether letters could be a word: it has vowels as words have them.
func likeAWord(part []rune) bool {
	const vowels = "aeiouyäöüáéíóúàèìòùâêîôû"
	if len(part) < 4 || len(part) > 14 {
		return false
	}
	n, row := 0, 0
	for i, r := range part {
		r = unicode.ToLower(r)
		switch {
		case !unicode.Is(unicode.Latin, r), i > 0 && unicode.IsUpper(part[i]) && unicode.IsLower(part[i-1]):
			return false
		case strings.ContainsRune(vowels, r):
			n, row = n+1, 0
		default:
			row++
		}
		if row > 4 {
			return false
		}
	}
	share := float64(n) / float64(len(part))
	return share >= 0.25 && share <= 0.7
}

// plainLetters are the letters that are meant: in lower case, without the usual
// replacements.
func plainLetters(part []rune) string {
	var b strings.Builder
	for _, r := range part {
		if i := strings.IndexRune("4@8301!5$7", r); i >= 0 {
			r = rune("aabeolisst"[i])
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

//go:embed common.txt
var commonText string

// common are the words that passwords begin with, in the way of plainLetters.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(commonText) {
		words[plainLetters([]rune(w))] = true
	}
	return words
})
