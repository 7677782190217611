package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// settingsInPalette are the settings that the palette knows.
func settingsInPalette(w *window) []state.PaletteEntry {
	w.store.Over.OpenPalette()
	defer w.store.Cancel()
	var out []state.PaletteEntry
	for _, section := range state.SettingsSections() {
		w.store.Over.SetQuery("settings " + section.Title())
		for _, e := range w.store.State().Palette.Found {
			if e.Kind == state.EntrySetting && e.Settings == section {
				out = append(out, e)
			}
		}
	}
	return out
}

// The palette leads to the section that has the setting, from each other one.
func TestThePaletteLeadsToEachSetting(t *testing.T) {
	w, _, _ := openWindow(t)
	entries := settingsInPalette(w)
	if len(entries) < 2*len(state.SettingsSections()) {
		t.Fatalf("only %d settings", len(entries))
	}
	for _, e := range entries {
		for _, from := range state.SettingsSections() {
			w.store.ShowSettings(from)
			w.store.Over.OpenPalette()
			w.store.Over.SetQuery(e.Title)
			at := slices.Index(w.store.State().Palette.Found, e)
			if at < 0 {
				t.Fatalf("%q does not find itself", e.Title)
			}
			w.store.RunPalette(at)
			if drawn := w.drawn(); !strings.Contains(drawn, ">"+e.Title+"<") {
				t.Errorf("%q is not on the page that it leads to from %s", e.Title, from)
			}
		}
	}
}

// The keyboard alone goes through the sections, and a section is shown again as it was
// left.
func TestTheKeyboardGoesThroughTheSectionsOfTheSettings(t *testing.T) {
	w, _, _ := openWindow(t)
	shortcut(w, fyne.KeyComma)
	seen := map[string]bool{}
	for _, section := range state.SettingsSections() {
		drawn := w.drawn()
		if seen[drawn] {
			t.Errorf("%s looks like another section", section)
		}
		seen[drawn] = true
		if at := w.store.State().Section; at != section && at != "" {
			t.Errorf("the section is %s, want %s", at, section)
		}
		press(w, fyne.KeyRight)
	}
	last := w.store.State().Section
	press(w, fyne.KeyEscape)
	shortcut(w, fyne.KeyComma)
	if at := w.store.State().Section; at != last {
		t.Errorf("opened again, it is %s, not %s", at, last)
	}
	press(w, fyne.KeyHome)
	if at := w.store.State().Section; at != state.SettingsLook {
		t.Errorf("Home leads to %s", at)
	}
}
