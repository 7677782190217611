package theme

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Sizes beyond Fyne's own, in device-independent pixels.
const (
	// SizeMono is the size of monospaced text; its letters look larger than
	// those of the text font.
	SizeMono fyne.ThemeSizeName = "clavigerMono"
	// SizeInitials is the size of the letters on a large avatar.
	SizeInitials fyne.ThemeSizeName = "clavigerInitials"
	// SizeCode is the size of a code that a person types in elsewhere.
	SizeCode fyne.ThemeSizeName = "clavigerCode"
)

// Measures that no setting changes, in device-independent pixels.
const (
	RadiusCard   float32 = 12
	RadiusInput  float32 = 8
	PageTop      float32 = 24
	PageSide     float32 = 28
	CardPadding  float32 = 16
	RailWidth    float32 = 264
	RailPadding  float32 = 12
	GapLarge     float32 = 16
	Gap          float32 = 12
	GapSmall     float32 = 8
	GapTiny      float32 = 4
	ContentWidth float32 = 960 // of what is read on a page, however wide the window is
)

// usualText is the size of text on a desktop with usual settings.
const usualText float32 = 14

// TextScale is how large text is in the app's theme compared with the usual size: what text
// stands in grows with it.
func TextScale() float32 { return fynetheme.Size(fynetheme.SizeNameText) / usualText }

// Margins are where the content of a page of a width begins, and how wide it is: it stands
// in the middle of a window that is too wide to be read in.
func Margins(width float32) (left, content float32) {
	side := PageSide
	if width < compactWidth {
		side = GapLarge
	}
	content = fyne.Max(0, fyne.Min(width-2*side, ContentWidth))
	return fyne.Max(side, (width-content)/2), content
}

// compactWidth is the width of a page below which its margins are small.
const compactWidth float32 = 460

// Size returns a size by its name, ours or Fyne's. What is text is as large as the look
// says.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case SizeMono:
		return 12.5 * t.look.Scale
	case SizeCode:
		return 34 * min(t.look.Scale, 1.6) // a code stays in one line of a narrow window
	case SizeInitials:
		return 26 // in a disc of one size
	case fynetheme.SizeNameText:
		return usualText * t.look.Scale
	case fynetheme.SizeNameHeadingText:
		return 24 * t.look.Scale
	case fynetheme.SizeNameSubHeadingText:
		return 16 * t.look.Scale
	case fynetheme.SizeNameCaptionText:
		return 12 * t.look.Scale
	case fynetheme.SizeNameInlineIcon:
		return fynetheme.DefaultTheme().Size(name) * t.look.Scale
	case fynetheme.SizeNameInputRadius, fynetheme.SizeNameButtonRadius, fynetheme.SizeNameMenuRadius,
		fynetheme.SizeNamePopupRadius:
		return RadiusInput
	case fynetheme.SizeNameCardRadius, fynetheme.SizeNameDialogRadius:
		return RadiusCard
	case fynetheme.SizeNameSelectionRadius:
		return 6
	case fynetheme.SizeNameScrollBar:
		return 10
	case fynetheme.SizeNamePadding, fynetheme.SizeNameLineSpacing:
		return GapTiny
	case fynetheme.SizeNameInnerPadding:
		return GapSmall
	default:
		return fynetheme.DefaultTheme().Size(name)
	}
}
