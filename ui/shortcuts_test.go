package ui

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// Every shortcut of the table reaches its command, is in the sheet, and is in the menu:
// they are made of the same table, and this holds them to it.
func TestEveryShortcutIsBoundAndInTheSheetAndInTheMenus(t *testing.T) {
	w, _, _ := openWindow(t)
	press(w, fyne.KeyF1)
	if !w.store.State().Shortcuts {
		t.Fatal("F1 does not show the sheet")
	}
	w.window.Resize(fyne.NewSize(1000, 2400)) // all of it is drawn
	sheet := w.drawn()
	inMenu := map[string]bool{}
	for _, m := range w.menus() {
		for _, item := range m.Items {
			if item.Shortcut != nil {
				inMenu[item.Shortcut.ShortcutName()] = true
			}
		}
	}
	for _, c := range state.Commands() {
		for i, k := range c.Keys {
			if !strings.Contains(sheet, k.String()) || !strings.Contains(sheet, c.Title) {
				t.Errorf("%s (%s) is not in the sheet", k, c.Title)
			}
			s := shortcutOf(k)
			if s == nil {
				if w.keys.alone[fyne.KeyName(k.Key)] != c.ID {
					t.Errorf("%s does not do %s", k, c.ID)
				}
				continue
			}
			if w.keys.with[s.ShortcutName()] != c.ID {
				t.Errorf("%s does not do %s", k, c.ID)
			}
			if i == 0 && c.ID != state.CommandQuit && !inMenu[s.ShortcutName()] {
				t.Errorf("%s is in no menu", k)
			}
		}
	}
}

// clearing is what waits for the network, with receipts that can be cleared.
type clearing struct {
	fake
	restored chan struct{}
}

func (c *clearing) ClearReceipts(context.Context, bool) (auth.ClearedReceipts, error) {
	return auth.ClearedReceipts{Restore: func(context.Context) error { c.restored <- struct{}{}; return nil }}, nil
}

// Ctrl+Z undoes what the window offers to undo, wherever the keyboard is; in a text field
// it is the field's own, also in the menu.
func TestCtrlZUndoes(t *testing.T) {
	c := &clearing{restored: make(chan struct{}, 1)}
	w, _, q := openWindow(t, func(sv *state.Services) { sv.Queue = c })
	offered := func() {
		t.Helper()
		w.store.Queue.ClearReceipts()
		q.until(t, "the offer", func() bool { return w.store.State().Undo != nil })
	}
	undone := func(how string) {
		t.Helper()
		q.until(t, how, func() bool { return w.store.State().Undo == nil })
		select {
		case <-c.restored:
		default:
			t.Errorf("%s did not undo it", how)
		}
	}
	offered()
	shortcut(w, fyne.KeyZ)
	undone("Ctrl+Z")

	w.store.Inspector.Open()
	field, writing := w.window.Canvas().Focused().(*widget.Entry)
	if !writing {
		t.Fatalf("%T has the keyboard", w.window.Canvas().Focused())
	}
	for _, r := range "mira" {
		field.TypedRune(r)
	}
	offered()
	w.window.Canvas().Focus(field)
	shortcut(w, fyne.KeyZ)
	if field.Text == "mira" || w.store.State().Undo == nil {
		t.Errorf("in a text field, Ctrl+Z leaves %q, and the offer is %+v", field.Text, w.store.State().Undo)
	}
	for _, r := range "osei" {
		field.TypedRune(r)
	}
	written := field.Text
	w.chosen(state.CommandUndo)
	if field.Text == written || w.store.State().Undo == nil {
		t.Errorf("the menu's Undo leaves %q", field.Text)
	}
	shortcut(w, fyne.KeyU)
	undone("Ctrl+U in a text field")
	offered()
	w.window.Canvas().Unfocus()
	w.chosen(state.CommandUndo)
	undone("the menu")
}

// The sheet and the palette open from wherever the keyboard is, and give it back.
func TestThePaletteTakesTheKeyboardAndGivesItBack(t *testing.T) {
	w, _, _ := openWindow(t)
	shortcut(w, fyne.KeyF)
	search := w.window.Canvas().Focused()
	shortcut(w, fyne.KeyK)
	st := w.store.State()
	if st.Palette == nil || w.window.Canvas().Focused() == search {
		t.Fatal("Ctrl+K does not open the palette")
	}
	for _, r := range "keyboard short" {
		w.window.Canvas().Focused().TypedRune(r)
	}
	if q := w.store.State().Palette.Query; q != "keyboard short" {
		t.Fatalf("it looks for %q", q)
	}
	if !strings.Contains(w.drawn(), "Keyboard shortcuts") {
		t.Error("what is found is not drawn")
	}
	press(w, fyne.KeyEscape)
	if w.store.State().Palette != nil || w.window.Canvas().Focused() != search {
		t.Error("Escape does not go back to where the keyboard was")
	}
	press(w, fyne.KeyF1) // from within a text field
	if !w.store.State().Shortcuts {
		t.Error("F1 does nothing in a text field")
	}
	press(w, fyne.KeyEscape)
	if w.store.State().Shortcuts {
		t.Error("Escape leaves the sheet open")
	}
}

func TestEnterInThePaletteGoesThere(t *testing.T) {
	w, _, _ := openWindow(t)
	shortcut(w, fyne.KeyK)
	for _, r := range "settings" {
		w.window.Canvas().Focused().TypedRune(r)
	}
	press(w, fyne.KeyDown)
	press(w, fyne.KeyUp)
	press(w, fyne.KeyReturn)
	if st := w.store.State(); st.Palette != nil || st.Route != state.RouteSettings {
		t.Errorf("it leads to %s", st.Route)
	}
}

// What a table binds must not be what Fyne's text fields take for themselves.
func TestShortcutsOfTextFieldsAreFree(t *testing.T) {
	taken := map[fyne.KeyName]bool{fyne.KeyA: true, fyne.KeyC: true, fyne.KeyV: true, fyne.KeyX: true, fyne.KeyY: true, fyne.KeyZ: true}
	for _, c := range state.Commands() {
		for _, k := range c.Keys {
			s, ok := shortcutOf(k).(*desktop.CustomShortcut)
			if ok && s.Modifier == fyne.KeyModifierShortcutDefault && taken[s.KeyName] {
				t.Errorf("%s is a text field's", k)
			}
		}
	}
}
