package ui

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// shortcuts are the commands of the whole window by what is pressed: with Control, or
// alone.
type shortcuts struct {
	with  map[string]state.CommandID
	alone map[fyne.KeyName]state.CommandID
}

func newShortcuts() shortcuts {
	return shortcuts{with: map[string]state.CommandID{}, alone: map[fyne.KeyName]state.CommandID{}}
}

// shortcutOf is a shortcut in Fyne's form; nil for a key that is pressed alone.
func shortcutOf(k state.Keys) fyne.KeyboardShortcut {
	if k.Alone {
		return nil
	}
	if k == (state.Keys{Key: "Z"}) {
		return &fyne.ShortcutUndo{} // as the driver reports it; a text field takes it for itself
	}
	modifier := fyne.KeyModifierShortcutDefault
	if k.Alt {
		modifier = fyne.KeyModifierAlt
	}
	if k.Shift {
		modifier |= fyne.KeyModifierShift
	}
	return &desktop.CustomShortcut{KeyName: fyne.KeyName(k.Key), Modifier: modifier}
}

// bindShortcuts says what the keys of the whole window do.
func (w *window) bindShortcuts() {
	for _, c := range state.Commands() {
		for _, k := range c.Keys {
			s := shortcutOf(k)
			if s == nil {
				w.keys.alone[fyne.KeyName(k.Key)] = c.ID
				continue
			}
			w.keys.with[s.ShortcutName()] = c.ID
			w.window.Canvas().AddShortcut(s, w.shortcut)
		}
	}
	w.window.Canvas().SetOnTypedKey(func(ev *fyne.KeyEvent) {
		w.bare(ev)
		if ev.Name == fyne.KeyEscape {
			w.back()
		}
	})
}

// shortcut does what a shortcut stands for, also one that a focused part handed on.
func (w *window) shortcut(s fyne.Shortcut) {
	if id, known := w.keys.with[s.ShortcutName()]; known {
		w.do(id)
	}
}

// do does a command. In a narrow window, what it is about is on the page.
func (w *window) do(id state.CommandID) {
	w.screen.ShowPage()
	w.store.Do(id)
}

// bare does what a key stands for that is pressed alone.
func (w *window) bare(ev *fyne.KeyEvent) {
	if id, known := w.keys.alone[ev.Name]; known {
		w.do(id)
	}
}

// addMenu fills the menu bar of macOS, where every program has one.
func (w *window) addMenu() {
	if runtime.GOOS == "darwin" {
		w.window.SetMainMenu(fyne.NewMainMenu(w.menus()...))
	}
}

// chosen does a command of a menu. Undo is the text field's while one is being written in.
func (w *window) chosen(id state.CommandID) {
	if field, writing := w.window.Canvas().Focused().(*widget.Entry); writing && id == state.CommandUndo {
		field.TypedShortcut(&fyne.ShortcutUndo{})
		return
	}
	w.do(id)
}

// menus are the commands of each section. A shortcut in a menu is the menu's: on macOS
// it does not reach the window a second time.
func (w *window) menus() []*fyne.Menu {
	var out []*fyne.Menu
	for _, section := range state.Sections() {
		menu := fyne.NewMenu(section.Title())
		for _, c := range state.Commands() {
			if c.Section != section || c.ID == state.CommandQuit { // macOS has its own
				continue
			}
			item := fyne.NewMenuItem(c.Title, func() { w.chosen(c.ID) })
			if len(c.Keys) > 0 {
				item.Shortcut = shortcutOf(c.Keys[0])
			}
			menu.Items = append(menu.Items, item)
		}
		out = append(out, menu)
	}
	return out
}
