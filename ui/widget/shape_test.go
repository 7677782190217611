package widget

import (
	"regexp"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/theme"
)

var colours = regexp.MustCompile(` (fill|stroke)?[cC]olor="[^"]*"`)

// shapes is what is drawn of an object, without its colours.
func shapes(t *testing.T, o fyne.CanvasObject) string {
	t.Helper()
	show(t, o, 400, 60)
	return colours.ReplaceAllString(fynetest.RenderObjectToMarkup(o), "")
}

// TestStatesDifferWithoutColours: whoever sees no colours sees every state too.
func TestStatesDifferWithoutColours(t *testing.T) {
	themed(t)
	tabs := func(chosen int) fyne.CanvasObject {
		b := NewTabBar(nil)
		b.Set([]Tab{NewTab("One"), NewTab("Two")}, chosen)
		return b
	}
	tick := func(on bool) fyne.CanvasObject {
		c := NewTickBox("Box", nil)
		c.Set(on)
		return c
	}
	row := func(chosen bool) fyne.CanvasObject {
		r := NewCommandRow(func() {})
		r.Set(Command{Title: "Settings", Chosen: chosen})
		return r
	}
	account := func(selected bool) fyne.CanvasObject {
		r := NewAccountRow(func() {})
		r.Set(Account{Name: "Ada", Provider: "Demo", State: "Active", Tone: ToneOK, Sign: SignActive, Selected: selected})
		return r
	}
	for name, pair := range map[string][2]fyne.CanvasObject{
		"chip":    {NewToggleChip("Chip", true, nil), NewToggleChip("Chip", false, nil)},
		"tab":     {tabs(0), tabs(1)},
		"box":     {tick(true), tick(false)},
		"command": {row(true), row(false)},
		"account": {account(true), account(false)},
		"button":  {NewButton("Go", ButtonPrimary, nil), NewButton("Go", ButtonQuiet, nil)},
	} {
		if shapes(t, pair[0]) == shapes(t, pair[1]) {
			t.Errorf("the two states of a %s differ by colour alone, or not at all", name)
		}
	}
	drawn := map[string]SignKind{}
	for kind := SignDone; kind <= SignUnfolded; kind++ {
		s := NewSign(kind)
		s.Set(kind, theme.ColorMuted)
		s.Resize(fyne.NewSquareSize(signSize()))
		got := shapes(t, s)
		if other, twice := drawn[got]; twice {
			t.Errorf("the signs %d and %d have one shape", kind, other)
		}
		drawn[got] = kind
		if kind.words() == "" {
			t.Errorf("the sign %d has no words", kind)
		}
	}
}
