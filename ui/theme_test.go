package ui

import (
	"image"
	"image/color"
	"testing"

	"github.com/claviger/claviger/ui/state"
)

// dark is the part of a picture that is nearly black, from 0 to 1.
func dark(img image.Image) float64 {
	b := img.Bounds()
	n := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 60 {
				n++
			}
		}
	}
	return float64(n) / float64(b.Dx()*b.Dy())
}

// What is out of sight while the theme changes changes with it: the rail while
// the vault is locked, and pages that were shown before.
func TestNothingKeepsTheOldColours(t *testing.T) {
	w, f, q := openWindow(t)
	s := w.store
	theme := func(name state.Theme) {
		settings := s.State().Settings
		settings.Theme = name
		s.SetSettings(settings)
	}
	look := func(what string) {
		t.Helper()
		// Letters are half a hundredth; two dark buttons are more than two.
		if part := dark(w.window.Canvas().Capture()); part > 0.015 {
			t.Errorf("%s: %.1f %% of a light window is dark", what, 100*part)
		}
	}
	theme(state.ThemeDark)
	s.SignIn.Choose("demo")
	s.Home()
	s.OpenSettings()
	if part := dark(w.window.Canvas().Capture()); part < 0.5 {
		t.Fatalf("the dark theme is %.0f %% dark: this test sees nothing", 100*part)
	}
	theme(state.ThemeLight)
	look("settings")
	s.Home()
	look("providers, shown before the change")
	s.SignIn.Choose("demo")
	look("options, shown before the change")

	theme(state.ThemeDark)
	s.Lock()
	q.until(t, "the lock", func() bool { return s.State().Route == state.RouteLocked })
	theme(state.ThemeLight)
	look("locked")
	_ = f.setLocked(false)
	s.Unlock("x")
	q.until(t, "unlocking", func() bool { return s.State().Route != state.RouteLocked })
	look("the rail, out of sight during the change")
}
