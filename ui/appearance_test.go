package ui

import (
	"image/color"
	"strings"
	"testing"

	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
)

// The window takes the desktop's accent and contrast when they are told, and gives the
// accent back where the person wants the program's own.
func TestTheWindowFollowsTheDesktop(t *testing.T) {
	w, _, _ := openWindow(t)
	accent := func() color.Color { return w.app.Settings().Theme().Color(theme.ColorAccent, fynetheme.VariantLight) }
	own, purple := accent(), color.NRGBA{R: 0x61, G: 0x35, B: 0x83, A: 0xff}
	w.store.OpenSettings()
	const text = "Use Claviger's own accent colour"
	if strings.Contains(w.drawn(), "own accent") {
		t.Error("there is a choice without a wish of the desktop")
	}
	w.store.SetDesktop(appearance.Wishes{Accent: purple})
	if accent() != purple || !strings.Contains(w.drawn(), "own accent") {
		t.Errorf("the accent is %v, %q is shown: %v", accent(), text, strings.Contains(w.drawn(), "own accent"))
	}
	n := w.store.State().Settings
	n.OwnAccent = true
	w.store.SetSettings(n)
	if accent() != own {
		t.Errorf("the accent is %v, want the own one", accent())
	}
	n.OwnAccent = false
	w.store.SetSettings(n)
	w.store.SetDesktop(appearance.Wishes{Contrast: true})
	if th, ok := w.app.Settings().Theme().(*theme.Theme); !ok || !th.Look().High || accent() == purple {
		t.Errorf("the look is %+v", th.Look())
	}
	w.store.SetDesktop(appearance.Wishes{})
	if accent() != own {
		t.Errorf("the accent is %v, want the own one again", accent())
	}
	if w.store.State().Route != state.RouteSettings {
		t.Error("the page changed")
	}
}
