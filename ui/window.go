package ui

import (
	"context"
	"runtime"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/screen"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// Title is the title of the window, always.
const Title = "Claviger"

// The window's size at first and the least that everything fits in.
const (
	startWidth, startHeight float32 = 1000, 680
	leastWidth, leastHeight float32 = 720, 520
)

// window joins the store, the screens and the desktop.
type window struct {
	app    fyne.App
	window fyne.Window
	store  *state.Store
	screen *screen.Window
	keys   map[string]func()
	look   state.Theme
	tray   bool
	// front reports whether the window has the keyboard; called is the
	// notification that is sent where it does not come to the front.
	front  bool
	called *time.Timer
	post   func(func())
}

func newWindow(ctx context.Context, app fyne.App, sv state.Services, post func(func())) *window {
	w := &window{app: app, window: app.NewWindow(Title), keys: map[string]func(){}, post: post}
	sv.Quit, sv.CallBack = w.quit, w.callBack
	app.Lifecycle().SetOnEnteredForeground(func() { w.front = true })
	app.Lifecycle().SetOnExitedForeground(func() { w.front = false })
	app.Settings().SetTheme(theme.New(theme.ChoiceSystem))
	w.look = state.ThemeSystem
	w.store = state.New(ctx, sv, post, w.render)
	w.screen = screen.New(w.store, w.window.Canvas(), app.Driver(), files{w.window}, widget.Keys{Escape: w.store.Cancel, Shortcut: w.shortcut})
	w.addShortcuts()
	w.window.SetPadded(false)
	w.window.SetContent(&fyne.Container{
		Layout:  leastLayout{fyne.NewSize(leastWidth, leastHeight)},
		Objects: []fyne.CanvasObject{w.screen.Content()},
	})
	w.window.Resize(fyne.NewSize(startWidth, startHeight))
	w.window.CenterOnScreen()
	w.window.SetMaster()
	w.window.SetCloseIntercept(w.close)
	w.window.SetOnDropped(w.dropped)
	w.screen.Render(w.store.State())
	return w
}

// render draws a state.
func (w *window) render(st state.State) {
	if st.Settings.Theme != w.look {
		w.look = st.Settings.Theme
		w.app.Settings().SetTheme(theme.New(theme.ParseChoice(string(w.look))))
	}
	w.screen.Render(st)
}

// close is what the window's cross does: it quits, or leaves the program in the
// tray if the person wants that and there is a tray now to come back from.
func (w *window) close() {
	if !w.store.State().Settings.CloseToTray {
		w.askQuit()
		return
	}
	w.store.WithTray(func(there bool) {
		if there && w.showTray() {
			w.window.Hide()
			w.store.SetHidden(true)
			return
		}
		w.askQuit()
	})
}

// askQuit ends the program, after a question if something typed would be lost.
func (w *window) askQuit() {
	if w.store.MayQuit() {
		w.quit()
		return
	}
	w.raise() // to be asked: it may be hidden
}

func (w *window) quit() {
	w.store.ClearClipboard()
	w.window.Close()
}

// showTray puts the program into the desktop's tray.
func (w *window) showTray() bool {
	d, ok := w.app.(desktop.App)
	if !ok {
		return false
	}
	if !w.tray {
		w.tray = true
		quit := fyne.NewMenuItem("Quit", w.askQuit)
		quit.IsQuit = true // in place of Fyne's own, which asks nothing
		d.SetSystemTrayMenu(fyne.NewMenu(Title,
			fyne.NewMenuItem("Open Claviger", w.raise),
			fyne.NewMenuItem("Lock", w.store.Lock),
			quit,
		))
	}
	return true
}

// notifyAfter is how long the window has to come to the front.
const notifyAfter = time.Second

// callBack calls a person back who is in the browser: the window comes to the
// front, and if the desktop does not allow that, a notification says so.
// Nothing happens if the window has the keyboard already.
func (w *window) callBack(title, text string) {
	if w.front {
		return
	}
	w.raise()
	if w.called != nil {
		w.called.Stop()
	}
	w.called = time.AfterFunc(notifyAfter, func() {
		w.post(func() {
			if w.front {
				return
			}
			n := fyne.NewNotification(plain.Line(title, 200), plain.Line(text, 1000)) // drawn by the desktop
			// The desktop may take its time or never answer; nothing waits for it.
			go w.app.SendNotification(n)
		})
	})
}

// raise brings the window to the front.
func (w *window) raise() {
	w.store.SetHidden(false)
	w.window.Show()
	w.window.RequestFocus()
}

// raiseOn brings the window to the front whenever another start asks for it.
func (w *window) raiseOn(ctx context.Context, ask <-chan struct{}, post func(func())) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-ask:
			if !ok {
				return
			}
			post(w.raise)
		}
	}
}

// addShortcuts says what the keys of the whole window do.
func (w *window) addShortcuts() {
	s := w.store
	unlocked := func(f func()) func() {
		return func() {
			if st := s.State(); st.Route != state.RouteLocked && st.Route != state.RouteStart {
				f()
			}
		}
	}
	w.bind(fyne.KeyK, unlocked(w.screen.FocusSearch))
	w.bind(fyne.KeyN, unlocked(s.Home))
	w.bind(fyne.KeyL, s.Lock)
	w.bind(fyne.KeyR, unlocked(s.Refresh))
	w.bind(fyne.KeyComma, s.OpenSettings)
	w.bind(fyne.KeyQ, w.askQuit)
	for i, t := range state.Tabs() {
		w.bind([]fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4}[i], unlocked(func() {
			if s.State().Route == state.RouteAccount {
				s.SelectTab(t)
			}
		}))
	}
	w.window.Canvas().SetOnTypedKey(func(ev *fyne.KeyEvent) {
		if ev.Name == fyne.KeyEscape {
			s.Cancel()
		}
	})
	if runtime.GOOS == "darwin" {
		w.window.SetMainMenu(fyne.NewMainMenu(fyne.NewMenu("Account",
			fyne.NewMenuItem("Sign In to…", unlocked(s.Home)),
			fyne.NewMenuItem("Refresh", unlocked(s.Refresh)),
			fyne.NewMenuItem("Lock", s.Lock),
			fyne.NewMenuItem("Settings…", s.OpenSettings))))
	}
}

func (w *window) bind(key fyne.KeyName, f func()) {
	shortcut := &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	w.keys[shortcut.ShortcutName()] = f
	w.window.Canvas().AddShortcut(shortcut, func(fyne.Shortcut) { f() })
}

// shortcut does what a focused part handed on.
func (w *window) shortcut(s fyne.Shortcut) {
	if f := w.keys[s.ShortcutName()]; f != nil {
		f()
	}
}

// leastLayout gives its content all the room, and the window its least size.
type leastLayout struct{ least fyne.Size }

func (l leastLayout) MinSize([]fyne.CanvasObject) fyne.Size { return l.least }

func (l leastLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}
