package widget

import (
	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/theme"
)

// Tone says how a chip, a notice or a state is meant.
type Tone int

// The tones. ToneSoft is neutral; ToneOn marks what is chosen or granted.
const (
	ToneSoft Tone = iota
	ToneOn
	ToneOK
	ToneWarn
	ToneBad
)

// Foreground is the name of the colour of text in the tone.
func (t Tone) Foreground() fyne.ThemeColorName {
	switch t {
	case ToneOn:
		return theme.ColorAccent
	case ToneOK:
		return theme.ColorOK
	case ToneWarn:
		return theme.ColorWarn
	case ToneBad:
		return theme.ColorBad
	case ToneSoft:
		return theme.ColorMuted
	default:
		return theme.ColorMuted
	}
}

// Background is the name of the colour of the ground in the tone.
func (t Tone) Background() fyne.ThemeColorName {
	switch t {
	case ToneOn:
		return theme.ColorSoft
	case ToneOK:
		return theme.ColorOKSoft
	case ToneWarn:
		return theme.ColorWarnSoft
	case ToneBad:
		return theme.ColorBadSoft
	case ToneSoft:
		return theme.ColorRail
	default:
		return theme.ColorRail
	}
}
