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
	ReadingWidth float32 = 880
)

// Size returns a size by its name, ours or Fyne's.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case SizeMono:
		return 12.5
	case SizeCode:
		return 34
	case SizeInitials:
		return 26
	case fynetheme.SizeNameText:
		return 14
	case fynetheme.SizeNameHeadingText:
		return 24
	case fynetheme.SizeNameSubHeadingText:
		return 16
	case fynetheme.SizeNameCaptionText:
		return 12
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
