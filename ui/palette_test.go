package ui

import (
	"testing"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/tongue"
)

// English words find what has a title in another language, as well as its own words do: no
// two titles are one in that language so that the wrong one would be found.
func TestThePaletteKnowsEnglish(t *testing.T) {
	w, _, _ := openWindow(t)
	t.Cleanup(func() {
		if _, err := tongue.Speak("en"); err != nil {
			t.Error(err)
		}
	})
	entries := calledInEnglish(w)
	if len(entries) < 20 {
		t.Fatalf("only %d entries", len(entries))
	}
	for _, tag := range []string{"de", "ja"} {
		if got, err := tongue.Speak(tag); err != nil || got != tag {
			continue // no font has its characters
		}
		for _, want := range entries {
			first := firstFound(w, want.Title)
			same := want
			same.Title, same.English, same.Detail, same.Shortcut = first.Title, first.English, first.Detail, first.Shortcut
			if first != same || first.Title == want.Title {
				t.Errorf("%s: %q finds %q first", tag, want.Title, first.Title)
			}
			if own := firstFound(w, first.Title); own != first {
				t.Errorf("%s: %q finds %q first", tag, first.Title, own.Title)
			}
		}
		if first := firstFound(w, "langu"); first.Kind != state.EntrySetting || first.Settings != state.SettingsLook {
			t.Errorf("%s: %q comes first", tag, first.Title)
		}
	}
}

// calledInEnglish are entries with their English titles.
func calledInEnglish(w *window) []state.PaletteEntry {
	entries := settingsInPalette(w)
	for _, c := range state.Commands() {
		if c.ID != state.CommandPalette && c.In(w.store.State()) {
			entries = append(entries, state.PaletteEntry{Kind: state.EntryCommand, Title: c.Title, Command: c.ID})
		}
	}
	for _, p := range w.store.State().Providers {
		entries = append(entries, state.PaletteEntry{Kind: state.EntryProvider, Title: "Sign in to " + p.Name, Provider: p.ID})
	}
	return entries
}

// firstFound is what the palette finds first.
func firstFound(w *window, query string) state.PaletteEntry {
	w.store.Over.OpenPalette()
	defer w.store.Cancel()
	w.store.Over.SetQuery(query)
	if found := w.store.State().Palette.Found; len(found) > 0 {
		return found[0]
	}
	return state.PaletteEntry{}
}
