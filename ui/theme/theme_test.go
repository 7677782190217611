package theme

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast holds every pair of text and ground that the widgets use to
// level AA, 4.5:1, and the signs and the focus ring to 3:1.
func TestContrast(t *testing.T) {
	fore, ground := fynetheme.ColorNameForeground, fynetheme.ColorNameBackground
	grounds := []fyne.ThemeColorName{ground, ColorSurface, ColorRail}
	pairs := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		fore:              append([]fyne.ThemeColorName{ColorSoft, ColorOKSoft, ColorWarnSoft, ColorBadSoft}, grounds...),
		ColorMuted:        grounds,
		ColorAccent:       {ColorSoft, ColorSurface},
		ColorOnAccent:     {ColorAccent, fynetheme.ColorNameError},
		ColorBrass:        {ColorSoft, ColorSurface},
		ColorOK:           {ColorOKSoft, ColorSurface, ColorRail, ground},
		ColorWarn:         {ColorWarnSoft, ColorSurface, ColorRail, ground},
		ColorBad:          {ColorBadSoft, ColorSurface, ColorRail, ground},
		ColorJWTHeader:    {ColorSurface},
		ColorJWTPayload:   {ColorSurface},
		ColorJWTSignature: {ColorSurface},
	}
	for _, name := range AccountColors() {
		pairs[AccountColor(name)] = append([]fyne.ThemeColorName{ColorSoft}, grounds...)
	}
	for _, look := range []Look{{Choice: ChoiceLight}, {Choice: ChoiceDark}, {Choice: ChoiceLight, High: true}, {Choice: ChoiceDark, High: true}} {
		th, choice, want := NewLook(look), look.Choice, 4.5
		if look.High {
			want = 7 // level AAA
			for _, g := range grounds {
				if got := contrast(th.Color(ColorLine, 0), th.Color(g, 0)); got < 3 {
					t.Errorf("%+v: lines on %s have %.2f:1, want 3:1", look, g, got)
				}
			}
		}
		for text, grounds := range pairs {
			for _, g := range grounds {
				if got := contrast(th.Color(text, 0), th.Color(g, 0)); got < want {
					t.Errorf("%+v: %s on %s has %.2f:1, want %v:1", look, text, g, got, want)
				}
			}
		}
		for _, g := range grounds {
			if got := contrast(th.Color(ColorAccent, 0), th.Color(g, 0)); got < 3 {
				t.Errorf("%v: the focus ring on %s has %.2f:1, want 3:1", choice, g, got)
			}
		}
	}
}

func TestChoice(t *testing.T) {
	light, dark := New(ChoiceLight).Color(ColorSurface, fynetheme.VariantDark), New(ChoiceDark).Color(ColorSurface, fynetheme.VariantLight)
	if light == dark {
		t.Fatal("light and dark have the same surface")
	}
	system := New(ChoiceSystem)
	if got := system.Color(ColorSurface, fynetheme.VariantDark); got != dark {
		t.Errorf("system in a dark desktop: %v, want %v", got, dark)
	}
	if got := system.Color(ColorSurface, fynetheme.VariantLight); got != light {
		t.Errorf("system in a light desktop: %v, want %v", got, light)
	}
	for _, c := range []Choice{ChoiceSystem, ChoiceLight, ChoiceDark} {
		if got := ParseChoice(fmt.Sprint(c)); got != c {
			t.Errorf("ParseChoice(%q) = %v", c, got)
		}
	}
	if got := ParseChoice("mauve"); got != ChoiceSystem {
		t.Errorf("an unknown word gave %v", got)
	}
}

// TestNames finds every name of Fyne and of ours in both variants, so that no
// colour falls back to one of another palette.
func TestNames(t *testing.T) {
	for _, p := range []palette{light(), dark(), highLight(), highDark()} {
		named := p.named()
		for _, name := range []fyne.ThemeColorName{
			fynetheme.ColorNameBackground, fynetheme.ColorNameButton, fynetheme.ColorNameDisabledButton, fynetheme.ColorNameDisabled,
			fynetheme.ColorNameError, fynetheme.ColorNameFocus, fynetheme.ColorNameForeground, fynetheme.ColorNameForegroundOnPrimary,
			fynetheme.ColorNameHover, fynetheme.ColorNameHyperlink, fynetheme.ColorNameInputBackground, fynetheme.ColorNameInputBorder,
			fynetheme.ColorNameMenuBackground, fynetheme.ColorNameOverlayBackground, fynetheme.ColorNamePlaceHolder, fynetheme.ColorNamePressed,
			fynetheme.ColorNamePrimary, fynetheme.ColorNameScrollBar, fynetheme.ColorNameSelection, fynetheme.ColorNameSeparator,
			fynetheme.ColorNameShadow, fynetheme.ColorNameSuccess, fynetheme.ColorNameWarning, fynetheme.ColorNameHeaderBackground,
		} {
			if named[name] == nil {
				t.Errorf("%s is not in the palette", name)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	th := New(ChoiceLight)
	for name, want := range map[fyne.ThemeSizeName]float32{
		fynetheme.SizeNameText: 14, fynetheme.SizeNameHeadingText: 24, fynetheme.SizeNameSubHeadingText: 16,
		fynetheme.SizeNameButtonRadius: 8, fynetheme.SizeNameCardRadius: 12, SizeMono: 12.5,
	} {
		if got := th.Size(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if th.Font(fyne.TextStyle{Bold: true}) == nil || th.Icon(fynetheme.IconNameSearch) == nil {
		t.Error("fonts or icons are missing")
	}
}
