package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Colours beyond Fyne's own names.
const (
	// ColorSurface is the ground of cards.
	ColorSurface fyne.ThemeColorName = "clavigerSurface"
	// ColorRail is the ground of the account list and of quiet tiles.
	ColorRail fyne.ThemeColorName = "clavigerRail"
	// ColorLine is the colour of borders.
	ColorLine fyne.ThemeColorName = "clavigerLine"
	// ColorMuted is for text that comes second.
	ColorMuted fyne.ThemeColorName = "clavigerMuted"
	// ColorAccent is teal: main buttons, marks, focus.
	ColorAccent fyne.ThemeColorName = "clavigerAccent"
	// ColorOnAccent is for text on ColorAccent.
	ColorOnAccent fyne.ThemeColorName = "clavigerOnAccent"
	// ColorSoft is a pale ground of the accent.
	ColorSoft fyne.ThemeColorName = "clavigerSoft"
	// ColorBrass is the second colour of the keys.
	ColorBrass fyne.ThemeColorName = "clavigerBrass"
	// ColorOK is for text and signs of things that went well.
	ColorOK fyne.ThemeColorName = "clavigerOK"
	// ColorOKSoft is the ground for ColorOK.
	ColorOKSoft fyne.ThemeColorName = "clavigerOKSoft"
	// ColorWarn is for text and signs of things to look at.
	ColorWarn fyne.ThemeColorName = "clavigerWarn"
	// ColorWarnSoft is the ground for ColorWarn.
	ColorWarnSoft fyne.ThemeColorName = "clavigerWarnSoft"
	// ColorBad is for text and signs of failures.
	ColorBad fyne.ThemeColorName = "clavigerBad"
	// ColorBadSoft is the ground for ColorBad.
	ColorBadSoft fyne.ThemeColorName = "clavigerBadSoft"
	// ColorJWTHeader is for the first part of a token (RFC 7519 section 3).
	ColorJWTHeader fyne.ThemeColorName = "clavigerJWTHeader"
	// ColorJWTPayload is for the second part of a token.
	ColorJWTPayload fyne.ThemeColorName = "clavigerJWTPayload"
	// ColorJWTSignature is for the third part of a token.
	ColorJWTSignature fyne.ThemeColorName = "clavigerJWTSignature"
	// ColorShade is the shadow under cards.
	ColorShade fyne.ThemeColorName = "clavigerShade"
	// ColorRim is the line around what is one thing, which only high contrast needs.
	ColorRim fyne.ThemeColorName = "clavigerRim"
)

// palette holds one variant's colours.
type palette struct {
	background, surface, rail, text, muted, line color.NRGBA
	menu                                         color.NRGBA
	accent, onAccent, soft, brass                color.NRGBA
	ok, warn, bad, okSoft, warnSoft, badSoft     color.NRGBA
	jwt1, jwt2, jwt3                             color.NRGBA
	disabled, hover, pressed, shade, edge, rim   color.NRGBA
}

func rgb(hex uint32) color.NRGBA { return rgba(hex, 0xff) }

func rgba(hex uint32, alpha uint8) color.NRGBA {
	// The masks keep each conversion within a byte.
	return color.NRGBA{R: uint8(hex >> 16 & 0xff), G: uint8(hex >> 8 & 0xff), B: uint8(hex & 0xff), A: alpha}
}

func light() palette {
	return palette{
		background: rgb(0xF3F5F7), surface: rgb(0xFFFFFF), rail: rgb(0xE9EDF1), menu: rgb(0xFFFFFF),
		text: rgb(0x17212B), muted: rgb(0x5D6B78), line: rgb(0xD9E0E6),
		accent: rgb(0x0A7671), onAccent: rgb(0xFFFFFF), soft: rgb(0xDDF0EE), brass: rgb(0x8F6116),
		ok: rgb(0x2B7A3D), warn: rgb(0x945800), bad: rgb(0xB3261E),
		okSoft: rgb(0xE2F2E5), warnSoft: rgb(0xFBEFD9), badSoft: rgb(0xFBE4E2),
		jwt1: rgb(0xB3261E), jwt2: rgb(0x6A3FB5), jwt3: rgb(0x0B6FA8),
		disabled: rgb(0x8A96A1), hover: rgba(0x17212B, 0x0D), pressed: rgba(0x17212B, 0x1A),
		shade: rgba(0x141E28, 0x1A), edge: rgba(0x141E28, 0x26),
	}
}

func dark() palette {
	return palette{
		background: rgb(0x12171C), surface: rgb(0x1B2229), rail: rgb(0x161C22), menu: rgb(0x2F3A45),
		text: rgb(0xE8EDF2), muted: rgb(0x93A1AE), line: rgb(0x2B353F),
		accent: rgb(0x3FC1B5), onAccent: rgb(0x06201E), soft: rgb(0x163634), brass: rgb(0xD9A548),
		ok: rgb(0x6CCB7F), warn: rgb(0xE8B04E), bad: rgb(0xF2837B),
		okSoft: rgb(0x173222), warnSoft: rgb(0x36290F), badSoft: rgb(0x3A1B1A),
		jwt1: rgb(0xF2837B), jwt2: rgb(0xB79CF2), jwt3: rgb(0x6FC3F0),
		disabled: rgb(0x66737F), hover: rgba(0xE8EDF2, 0x0F), pressed: rgba(0xE8EDF2, 0x1F),
		shade: rgba(0x000000, 0x00), edge: rgba(0x000000, 0x60),
	}
}

// highLight is light with all that is read at 7:1, and lines that are seen.
func highLight() palette {
	p := light()
	p.background, p.rail, p.menu = rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0xDCE2E8)
	p.text, p.muted, p.line = rgb(0x000000), rgb(0x2B3640), rgb(0x4A5763)
	p.accent, p.brass = rgb(0x00524E), rgb(0x5C3C05)
	p.ok, p.warn, p.bad = rgb(0x0B5420), rgb(0x5E3700), rgb(0x8C0F0A)
	p.okSoft, p.warnSoft, p.badSoft, p.soft = rgb(0xF0FAF1), rgb(0xFFF7EA), rgb(0xFFF3F2), rgb(0xEDF8F7)
	p.jwt1, p.jwt2, p.jwt3 = rgb(0x8C0F0A), rgb(0x4A2391), rgb(0x064A73)
	p.disabled, p.hover, p.pressed = rgb(0x5A6670), rgba(0x000000, 0x14), rgba(0x000000, 0x28)
	p.shade, p.edge = rgba(0x000000, 0x00), rgba(0x000000, 0x80)
	p.rim = p.line
	return p
}

// highDark is dark with all that is read at 7:1, and lines that are seen.
func highDark() palette {
	p := dark()
	p.background, p.surface, p.rail, p.menu = rgb(0x000000), rgb(0x000000), rgb(0x000000), rgb(0x2B353F)
	p.text, p.muted, p.line = rgb(0xFFFFFF), rgb(0xD3DBE2), rgb(0x93A1AE)
	p.accent, p.onAccent, p.brass = rgb(0x6FE6DA), rgb(0x000000), rgb(0xFFD07A)
	p.ok, p.warn, p.bad = rgb(0x8FEBA1), rgb(0xFFCB70), rgb(0xFFA9A3)
	p.okSoft, p.warnSoft, p.badSoft, p.soft = rgb(0x0A1C10), rgb(0x1F1704), rgb(0x240E0D), rgb(0x0A201E)
	p.jwt1, p.jwt2, p.jwt3 = rgb(0xFFA9A3), rgb(0xD2C0FF), rgb(0x9AD8FF)
	p.disabled, p.hover, p.pressed = rgb(0x8D99A4), rgba(0xFFFFFF, 0x22), rgba(0xFFFFFF, 0x38)
	p.rim = p.line
	return p
}

// named maps the names, ours and Fyne's, to the colours.
func (p palette) named() map[fyne.ThemeColorName]color.Color {
	accentFade, scroll := p.accent, p.muted
	accentFade.A, scroll.A = 0x50, 0x90
	return map[fyne.ThemeColorName]color.Color{
		ColorSurface: p.surface, ColorRail: p.rail, ColorLine: p.line, ColorMuted: p.muted,
		ColorAccent: p.accent, ColorOnAccent: p.onAccent, ColorSoft: p.soft, ColorBrass: p.brass,
		ColorOK: p.ok, ColorOKSoft: p.okSoft, ColorWarn: p.warn, ColorWarnSoft: p.warnSoft,
		ColorBad: p.bad, ColorBadSoft: p.badSoft, ColorShade: p.shade, ColorRim: p.rim,
		ColorJWTHeader: p.jwt1, ColorJWTPayload: p.jwt2, ColorJWTSignature: p.jwt3,

		fynetheme.ColorNameBackground:          p.background,
		fynetheme.ColorNameForeground:          p.text,
		fynetheme.ColorNamePrimary:             p.accent,
		fynetheme.ColorNameForegroundOnPrimary: p.onAccent,
		fynetheme.ColorNameHyperlink:           p.accent,
		fynetheme.ColorNameFocus:               accentFade,
		fynetheme.ColorNameSelection:           accentFade,
		fynetheme.ColorNameButton:              p.rail,
		fynetheme.ColorNameDisabledButton:      p.rail,
		fynetheme.ColorNameDisabled:            p.disabled,
		fynetheme.ColorNamePlaceHolder:         p.muted,
		fynetheme.ColorNameHover:               p.hover,
		fynetheme.ColorNamePressed:             p.pressed,
		fynetheme.ColorNameInputBackground:     p.surface,
		fynetheme.ColorNameInputBorder:         p.disabled,
		fynetheme.ColorNameMenuBackground:      p.menu,
		fynetheme.ColorNameOverlayBackground:   p.surface,
		fynetheme.ColorNameHeaderBackground:    p.rail,
		fynetheme.ColorNameShadow:              p.edge,
		fynetheme.ColorNameSeparator:           p.line,
		fynetheme.ColorNameScrollBar:           scroll,
		fynetheme.ColorNameScrollBarBackground: color.Transparent,
		fynetheme.ColorNameError:               p.bad,
		fynetheme.ColorNameForegroundOnError:   p.onAccent,
		fynetheme.ColorNameSuccess:             p.ok,
		fynetheme.ColorNameForegroundOnSuccess: p.onAccent,
		fynetheme.ColorNameWarning:             p.warn,
		fynetheme.ColorNameForegroundOnWarning: p.onAccent,
	}
}
