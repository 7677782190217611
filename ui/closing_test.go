package ui

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// closable is a window that tells whether it was hidden or closed.
type closable struct {
	fyne.Window
	hidden, closed int
}

func (c *closable) Hide()  { c.hidden++ }
func (c *closable) Close() { c.closed++ }

func closing(t *testing.T, tray bool) (*window, *closable, *queue) {
	t.Helper()
	w, _, q := openWindow(t, func(sv *state.Services) {
		sv.Tray = func(context.Context) bool { return tray }
	})
	c := &closable{Window: w.window}
	w.window = c
	return w, c, q
}

func closeToTray(w *window) {
	n := w.store.State().Settings
	n.CloseToTray = true
	w.store.SetSettings(n)
}

func TestClosingTheWindowQuits(t *testing.T) {
	w, c, _ := closing(t, true)
	w.close()
	if c.closed != 1 || c.hidden != 0 {
		t.Errorf("closed %d times, hidden %d", c.closed, c.hidden)
	}
}

// Without a tray, a hidden window could not be found again.
func TestClosingWithoutATrayQuits(t *testing.T) {
	w, c, q := closing(t, false)
	closeToTray(w)
	w.close()
	q.until(t, "the end", func() bool { return c.closed == 1 })
	if c.hidden != 0 {
		t.Error("it was hidden")
	}
}

func TestCtrlQQuitsAlways(t *testing.T) {
	w, c, _ := closing(t, true)
	closeToTray(w)
	shortcut(w, fyne.KeyQ)
	if c.closed != 1 || c.hidden != 0 {
		t.Errorf("closed %d times, hidden %d", c.closed, c.hidden)
	}
}

func TestQuittingAsksForDrafts(t *testing.T) {
	w, c, q := closing(t, false)
	w.store.EditSetup("demo")
	w.store.Typed(state.FieldSecret, "shown once", "")
	shortcut(w, fyne.KeyQ)
	if c.closed != 0 || w.store.State().Quit == nil {
		t.Fatal("the draft is lost")
	}
	press(w, fyne.KeyEscape)
	if w.store.State().Quit != nil || c.closed != 0 {
		t.Fatal("Escape is no")
	}
	shortcut(w, fyne.KeyQ)
	w.store.DiscardAndQuit()
	q.until(t, "the end", func() bool { return c.closed == 1 })
}
