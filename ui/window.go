package ui

import (
	"context"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/assets"
	"github.com/claviger/claviger/ui/screen"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/tray"
	"github.com/claviger/claviger/ui/widget"
)

// Title is the title of the window, always.
const Title = "Claviger"

// The window's size at first and the least that everything fits in.
const (
	startWidth, startHeight float32 = 1000, 680
	leastWidth, leastHeight float32 = 420, 520
)

// window joins the store, the screens and the desktop.
type window struct {
	app    fyne.App
	window fyne.Window
	store  *state.Store
	screen *screen.Window
	files  *files
	keys   shortcuts
	look   theme.Look
	// icon is the program's place in the tray.
	icon trayIcon
	// shown is whether the window was ever shown, and attach what is done then, once.
	shown  bool
	attach func()
	size   size
	// inTray and minimised are why no one can see the window; restore ends the
	// second, and is nil if the desktop does not say when that is.
	inTray, minimised bool
	restore           func()
	// front reports whether the window has the keyboard; called is the
	// notification that is sent if it does not come to the front.
	front  atomic.Bool
	hidden atomic.Bool // in the tray or minimised
	called *time.Timer
	post   func(func())
}

func newWindow(ctx context.Context, app fyne.App, sv state.Services, post func(func())) *window {
	w := &window{app: app, window: app.NewWindow(Title), keys: newShortcuts(), post: post}
	sv.Quit, sv.AskQuit, sv.CallBack = w.quit, w.askQuit, w.callBack
	sv.CloseWindow, sv.Notify = w.close, w.notify
	sv.ShowTray = func(m state.TrayMenu) { w.icon.Set(w.trayItems(m)) }
	w.icon = tray.New(ctx, Title, assets.IconPNG(), post)
	sv.Search = func() { w.screen.FocusSearch() }
	sv.Pointed = func() string { return w.screen.Pointed() }
	app.Lifecycle().SetOnEnteredForeground(func() {
		w.front.Store(true)
		w.setMinimised(false)
	})
	app.Lifecycle().SetOnExitedForeground(func() { w.front.Store(false) })
	w.look = lookOf(state.State{Settings: state.DefaultSettings()})
	app.Settings().SetTheme(theme.NewLook(w.look))
	w.store = state.New(ctx, sv, post, w.render)
	w.files = &files{ctx: ctx, window: w.window, post: post}
	w.screen = screen.New(w.store, w.window.Canvas(), app.Driver(), w.files, widget.Keys{Escape: w.back, Bare: w.bare, Shortcut: w.shortcut})
	w.bindShortcuts()
	w.addMenu()
	w.window.SetPadded(false)
	w.size.path = sv.WindowPath
	first := w.size.first()
	w.window.SetContent(&fyne.Container{
		Layout:  leastLayout{fyne.NewSize(leastWidth, leastHeight), w.size.changed},
		Objects: []fyne.CanvasObject{w.screen.Content()},
	})
	w.window.Resize(first)
	w.window.CenterOnScreen()
	w.window.SetMaster()
	w.window.SetCloseIntercept(w.close)
	w.window.SetOnDropped(w.dropped)
	w.screen.Render(w.store.State())
	return w
}

// render draws a state.
func (w *window) render(st state.State) {
	if look := lookOf(st); look != w.look {
		w.look = look
		w.app.Settings().SetTheme(theme.NewLook(look))
	}
	w.screen.Render(st)
}

// lookOf is the look that a person chose, and the desktop wishes.
func lookOf(st state.State) theme.Look {
	s := st.Settings
	look := theme.Look{Choice: theme.ParseChoice(string(s.Theme)), High: s.HighContrast || st.Desktop.Contrast, Scale: float32(s.TextSize) / 100}
	if !s.OwnAccent {
		look.Accent = st.Desktop.Accent
	}
	return look
}

// back is what Escape does.
func (w *window) back() { w.screen.Back() }

// close is what the window's cross does: it quits, or leaves the program in the
// tray if the person wants that and there is a tray now to come back from.
func (w *window) close() {
	if !w.store.State().Settings.CloseToTray {
		w.askQuit()
		return
	}
	w.store.Tray.With(func(there bool) {
		if there {
			w.store.Tray.Show()
			w.noteSize()
			w.store.Consent.DenyAll() // who closes the window does not answer later
			w.window.Hide()
			w.inTray = true
			w.setHidden()
			return
		}
		w.askQuit()
	})
}

// setMinimised says whether the window is minimised.
func (w *window) setMinimised(minimised bool) {
	w.minimised = minimised
	w.setHidden()
}

func (w *window) setHidden() {
	hidden := w.inTray || w.minimised
	w.hidden.Store(hidden)
	w.store.SetHidden(hidden)
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
	w.noteSize()
	w.store.ClearClipboard()
	w.window.Close()
}

// trayIcon is a place in the tray: [tray.Icon] is one.
type trayIcon interface {
	Set(menu []tray.Item)
	Close()
}

// notifyAfter is how long the window has to come to the front.
const notifyAfter = time.Second

// callBack calls a person back who is in the browser: the window comes to the
// front, and if the desktop does not allow that, a notification says so.
// Nothing happens if the window has the keyboard already.
func (w *window) callBack(title, text string) {
	if w.front.Load() {
		return
	}
	w.raise()
	if w.called != nil {
		w.called.Stop()
	}
	w.called = time.AfterFunc(notifyAfter, func() {
		w.post(func() {
			if w.front.Load() {
				return
			}
			w.notify(title, text)
		})
	})
}

// noteSize notes the size for the next start, while the window is there.
func (w *window) noteSize() {
	if w.shown && !w.inTray {
		w.size.leave(w.window.Canvas().Size())
	}
}

// show shows the window.
func (w *window) show() {
	w.window.Show()
	w.wasShown()
}

// wasShown does once what needs a window that is there.
func (w *window) wasShown() {
	if w.shown {
		return
	}
	w.shown = true
	if w.attach != nil {
		w.attach()
	}
}

// raise brings the window to the front.
func (w *window) raise() {
	w.inTray = false
	w.setMinimised(false) // what is shown is up to date at once
	w.show()
	if w.restore != nil {
		w.restore()
	}
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

// leastLayout gives its content all the room, and the window its least size.
type leastLayout struct {
	least   fyne.Size
	resized func(to fyne.Size)
}

func (l leastLayout) MinSize([]fyne.CanvasObject) fyne.Size { return l.least }

func (l leastLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.resized(size)
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}
