package words

import (
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/strength"
	"github.com/claviger/claviger/vault"
)

// Strength says how hard a new passphrase is to guess, and how many of four parts of a
// bar that is; nothing of no passphrase.
func Strength(passphrase string) (text string, parts int, tone Tone) {
	switch {
	case passphrase == "":
		return lang.L("Its strength is estimated from its length and common words."), 0, ToneMuted
	case vault.WeakPassphrase(passphrase):
		return lang.L("Too short."), 1, ToneWarn
	}
	switch strength.Of(passphrase) {
	case strength.Weak:
		return lang.L("Weak: easy to guess. Add a few words."), 1, ToneWarn
	case strength.Fair:
		return lang.L("Fair: another word makes it hard to guess."), 2, ToneWarn
	case strength.Good:
		return lang.L("Good: hard to guess."), 3, ToneOK
	case strength.Strong:
	}
	return lang.L("Strong: very hard to guess."), 4, ToneOK
}
