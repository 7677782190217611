package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Choice is the person's wish for light or dark.
type Choice int

// The choices. ChoiceSystem follows the desktop.
const (
	ChoiceSystem Choice = iota
	ChoiceLight
	ChoiceDark
)

// ParseChoice reads "system", "light" or "dark". Anything else is the system's
// choice, as an unknown word in a settings file must not make a window
// unreadable.
func ParseChoice(word string) Choice {
	switch word {
	case "light":
		return ChoiceLight
	case "dark":
		return ChoiceDark
	default:
		return ChoiceSystem
	}
}

// String returns the word that ParseChoice reads.
func (c Choice) String() string {
	switch c {
	case ChoiceLight:
		return "light"
	case ChoiceDark:
		return "dark"
	default:
		return "system"
	}
}

// Look is what a theme is made from. The zero value follows the desktop in light and dark
// and has text of the usual size.
type Look struct {
	Choice Choice
	// High makes text and lines stand out more.
	High bool
	// Scale is how large text is, 1 for the usual size; 0 is 1.
	Scale float32
	// Accent is the colour of what stands out, if it is not the program's own; one that is
	// transparent is none.
	Accent color.NRGBA
}

// The bounds of [Look.Scale]: beyond them nothing can be read.
const leastScale, mostScale float32 = 0.75, 3

// Theme is the look of Claviger. Fonts and icons are Fyne's.
type Theme struct {
	look        Look
	light, dark map[fyne.ThemeColorName]color.Color
}

// The theme is one of Fyne's.
var _ fyne.Theme = (*Theme)(nil)

// New returns the theme in the variant of the choice.
func New(choice Choice) *Theme { return NewLook(Look{Choice: choice}) }

// NewLook returns the theme of a look.
func NewLook(look Look) *Theme {
	if look.Scale == 0 {
		look.Scale = 1
	}
	look.Scale = fyne.Max(leastScale, fyne.Min(look.Scale, mostScale))
	bright, dim := light(), dark()
	if look.High {
		bright, dim = highLight(), highDark()
	}
	if look.Accent.A != 0 {
		least := 4.5 // WCAG 2.2, level AA
		if look.High {
			least = 7 // level AAA
		}
		bright, dim = bright.accented(look.Accent, least), dim.accented(look.Accent, least)
	}
	t := &Theme{look: look, light: withAccounts(bright.named(), false), dark: withAccounts(dim.named(), true)}
	if look.High {
		stronger(t.light, bright.text)
		stronger(t.dark, dim.text)
	}
	return t
}

// Look returns what the theme was made from.
func (t *Theme) Look() Look { return t.look }

// Color returns a colour by its name, ours or Fyne's. The variant counts only
// if the choice is the system's.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	colors := t.light
	if t.variant(variant) == fynetheme.VariantDark {
		colors = t.dark
	}
	if c, ok := colors[name]; ok {
		return c
	}
	return fynetheme.DefaultTheme().Color(name, t.variant(variant))
}

// Font returns Fyne's own font of a style.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	return fynetheme.DefaultTheme().Font(style)
}

// Icon returns Fyne's own icon of a name.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fynetheme.DefaultTheme().Icon(name)
}

func (t *Theme) variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.look.Choice {
	case ChoiceLight:
		return fynetheme.VariantLight
	case ChoiceDark:
		return fynetheme.VariantDark
	default:
		return system
	}
}
