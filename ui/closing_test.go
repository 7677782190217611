package ui

import (
	"context"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/tray"
)

// closable is a window that counts how often it was hidden or closed.
type closable struct {
	fyne.Window
	hidden, closed int
	tray           fakeTray
	fake           *fake
}

// fakeTray remembers the menu.
type fakeTray struct{ menu []tray.Item }

func (f *fakeTray) Set(menu []tray.Item) { f.menu = menu }
func (f *fakeTray) Close()               {}

// item is the item to which keys lead.
func (f *fakeTray) item(keys ...string) *tray.Item {
	at := &tray.Item{Sub: f.menu}
	for _, key := range keys {
		i := slices.IndexFunc(at.Sub, func(item tray.Item) bool { return item.Key == key })
		if i < 0 {
			return nil
		}
		at = &at.Sub[i]
	}
	return at
}

func (c *closable) Hide()  { c.hidden++ }
func (c *closable) Close() { c.closed++ }

func closing(t *testing.T, tray bool) (*window, *closable, *queue) {
	t.Helper()
	w, f, q := openWindow(t, func(sv *state.Services) {
		sv.Tray = func(context.Context) bool { return tray }
	})
	c := &closable{Window: w.window, fake: f}
	w.window, w.icon = c, &c.tray
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

// What is closed to the tray can be opened, locked and quit from there, and the tray
// has the accounts.
func TestClosingToTheTrayLeavesAMenu(t *testing.T) {
	w, c, q := closing(t, true)
	closeToTray(w)
	w.close()
	q.until(t, "the window to go", func() bool { return c.hidden == 1 })
	if c.tray.item("open") == nil || c.tray.item("lock") == nil || c.tray.item("quit") == nil {
		t.Fatalf("%+v", c.tray.menu)
	}
	if !w.store.State().Hidden {
		t.Error("it is drawn still")
	}
	c.tray.item("lock").Do()
	q.until(t, "the lock", func() bool { return c.tray.item("unlock") != nil })
	c.tray.item("open").Do()
	if w.store.State().Hidden {
		t.Error("it stays hidden")
	}
	c.tray.item("quit").Do()
	if c.closed != 1 {
		t.Error("it does not quit")
	}
}

func TestTheTrayCopiesATokenOfAnAccount(t *testing.T) {
	w, c, q := closing(t, true)
	closeToTray(w)
	press(w, fyne.KeyReturn)
	press(w, fyne.KeyReturn)
	q.until(t, "the link", func() bool { return w.store.State().Flow.URL != "" })
	c.fake.answer <- nil
	q.until(t, "the account in the tray", func() bool { return c.tray.item("account a") != nil })
	if text := c.tray.item("account a").Text; text != "Mira Osei, Demo: active" {
		t.Errorf("the tray says %q", text)
	}
	c.tray.item("account a", "copy").Do()
	q.until(t, "the token", func() bool { return c.fake.clip == "canary" })
	c.fake.setState(auth.StateNeedsSignIn)
	w.store.SelectAccount("a")
	w.store.Refresh()
	q.until(t, "the sign-in that is needed", func() bool { return c.tray.item("account a", "sign-in") != nil })
	if c.tray.item("account a", "copy") != nil {
		t.Error("a token can be copied that is not there")
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
	w.store.Setup.Edit("demo")
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
