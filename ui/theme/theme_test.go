package theme

import (
	"fmt"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// TestContrast holds every pair of text and ground that the widgets use to
// level AA, 4.5:1, and the signs and the focus ring to 3:1.
func TestContrast(t *testing.T) {
	fore, ground := fynetheme.ColorNameForeground, fynetheme.ColorNameBackground
	grounds := []fyne.ThemeColorName{ground, ColorSurface, ColorRail}
	pairs := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		fore:              append([]fyne.ThemeColorName{fynetheme.ColorNameMenuBackground, ColorSoft, ColorOKSoft, ColorWarnSoft, ColorBadSoft}, grounds...),
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
	looks := []Look{{Choice: ChoiceLight}, {Choice: ChoiceDark}, {Choice: ChoiceLight, High: true}, {Choice: ChoiceDark, High: true}}
	for _, look := range looks[:4] {
		for hex := range desktopAccents() {
			look.Accent = rgb(hex)
			looks = append(looks, look)
		}
	}
	for _, look := range looks {
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

// A menu has no line around it: in the dark, where its shadow is not seen, its ground does
// that, and in high contrast always.
func TestAMenuStandsOffWhatItLiesOver(t *testing.T) {
	for _, look := range []Look{{Choice: ChoiceDark}, {Choice: ChoiceDark, High: true}, {Choice: ChoiceLight, High: true}} {
		th := NewLook(look)
		for _, g := range []fyne.ThemeColorName{fynetheme.ColorNameBackground, ColorSurface, ColorRail} {
			if got := contrast(th.Color(fynetheme.ColorNameMenuBackground, 0), th.Color(g, 0)); got < 1.25 {
				t.Errorf("%+v: on %s it has %.2f:1", look, g, got)
			}
		}
	}
}

// desktopAccents are GNOME's nine accents, and what nobody would choose.
func desktopAccents() map[uint32]string {
	return map[uint32]string{
		0x3584E4: "blue", 0x2190A4: "teal", 0x3A944A: "green", 0xC88800: "yellow", 0xED5B00: "orange", 0xE62D42: "red", 0xD56199: "pink", 0x9141AC: "purple", 0x6F8396: "slate",
		0x000000: "black", 0xFFFFFF: "white", 0xFFFF00: "pure yellow", 0x00FF00: "pure green", 0x0000FF: "pure blue", 0x808080: "grey", 0xF3F5F7: "the ground",
	}
}

// An accent that can be read is taken nearly as it is, and each has its own.
func TestTheDesktopsAccentIsFollowed(t *testing.T) {
	for _, choice := range []Choice{ChoiceLight, ChoiceDark} {
		seen := map[color.Color]string{}
		for hex, name := range desktopAccents() {
			got := NewLook(Look{Choice: choice, Accent: rgb(hex)}).Color(ColorAccent, 0)
			if other := seen[got]; other != "" && name != "white" && other != "white" && name != "black" && other != "black" && name != "the ground" && other != "the ground" {
				t.Errorf("%v: %s and %s are the same", choice, name, other)
			}
			seen[got] = name
			if got == New(choice).Color(ColorAccent, 0) {
				t.Errorf("%v: %s is not followed", choice, name)
			}
		}
	}
	purple := rgb(0x613583)
	if got := NewLook(Look{Choice: ChoiceLight, Accent: purple}).Color(ColorAccent, 0); got != purple {
		t.Errorf("a dark purple becomes %v", got)
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
