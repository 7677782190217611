package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// Window is everything inside the window's frame.
type Window struct {
	kit    *kit
	canvas fyne.Canvas
	driver fyne.Driver
	pane   *widget.TwoPane
	main   *fyne.Container
	rail   *rail
	notice *widget.Notice
	ok     *widget.Button
	choose *widget.Button
	again  *widget.Button
	// undo offers to undo what was just done, or to do the rest of it now.
	undo   *widget.Notice
	undone *widget.Button
	doNow  *widget.Button
	pages  map[state.Route]page
	shown  state.Route
	told   state.Notice
	// under is the page below one that lies over it, and typing what had the keyboard
	// there.
	under  state.Route
	typing fyne.Focusable
	// wanted is what gets the keyboard when the page is drawn.
	wanted  fyne.Focusable
	drawing bool
}

// New returns the window's content for a store. The canvas learns where the
// keyboard goes, the driver knows where things are; keys is what focused parts
// hand on.
func New(store *state.Store, canvas fyne.Canvas, driver fyne.Driver, files Files, keys widget.Keys) *Window {
	w := &Window{canvas: canvas, driver: driver, pages: map[state.Route]page{}}
	keys.Focus = w.focus
	keys.Scrolled = w.scrolled
	keys.Focused = w.reveal
	keys.Moved = w.revealPart
	w.kit = &kit{store: store, files: onPage{files, store}, keys: keys, focus: w.focus, refocus: w.focusPage}
	w.ok = w.kit.small(lang.L("OK"), widget.ButtonQuiet, store.DismissNotice)
	w.choose = w.kit.small(lang.L("Try again and choose the account"), widget.ButtonQuiet, store.SignIn.ChooseAccount)
	w.again = w.kit.small(lang.L("Try again"), widget.ButtonQuiet, w.tryAgain)
	w.notice = widget.NewNotice(widget.ToneSoft, "", "")
	w.notice.Hide()
	w.undone = w.kit.small(lang.L("Undo"), widget.ButtonQuiet, store.Undo)
	w.doNow = w.kit.small(lang.L("Don't undo"), widget.ButtonQuiet, store.FinishUndo)
	w.undo = widget.NewNotice(widget.ToneSoft, "", "")
	w.undo.Hide()
	w.main = &fyne.Container{Layout: messageLayout{}, Objects: []fyne.CanvasObject{&fyne.Container{}, w.undo, w.notice}}
	w.rail = newRail(w.kit)
	w.rail.leave = w.leaveRail
	w.pane = widget.NewTwoPane(w.rail.object, widget.NewWheelArea(w.main, w.scrolled), lang.L("Accounts"), lang.L("Back"))
	w.pane.SetKeys(keys)
	w.pane.OnTurned = w.turned
	w.rail.away = w.ShowPage
	w.pane.ShowRail(false)
	return w
}

// Content is the object to put into the window.
func (w *Window) Content() fyne.CanvasObject { return w.pane }

// Back does what Escape does: it ends what is under way or goes a page back, and in a
// narrow window at last to the list of accounts.
func (w *Window) Back() {
	switch st := w.kit.store.State(); {
	case st.Quit == nil && !st.AsksConsent() && w.pane.Listed():
		w.pane.ShowList(false)
	case w.pane.One() && st.AtRest():
		w.pane.ShowList(true)
	default:
		w.kit.store.Cancel()
	}
}

// ShowPage shows the page, if the list of accounts has its place in a narrow window.
func (w *Window) ShowPage() { w.pane.ShowList(false) }

// leaveRail puts the keyboard back on the page.
func (w *Window) leaveRail() {
	if w.pane.Listed() {
		w.ShowPage()
		return
	}
	w.focusPage()
}

// turned puts the keyboard where the person looks now.
func (w *Window) turned(list bool) {
	switch {
	case w.drawing: // it is put in place at the end
	case list:
		w.canvas.Focus(w.rail.search)
	default:
		w.focusPage()
	}
}

// searching reports whether a person types into the search of the accounts.
func (w *Window) searching() bool {
	return w.rail.object.Visible() && w.canvas.Focused() == fyne.Focusable(w.rail.search)
}

// FocusSearch puts the keyboard into the search of the accounts.
func (w *Window) FocusSearch() {
	w.pane.ShowList(true)
	if w.rail.object.Visible() {
		w.canvas.Focus(w.rail.search)
	}
}

// Pointed is the account in the list that the keyboard is on, "" if none.
func (w *Window) Pointed() string { return w.rail.pointed() }

// Render draws a state.
func (w *Window) Render(st state.State) {
	w.wanted, w.drawing = nil, true
	w.kit.rest(st.Hidden || st.Desktop.Still)
	changed, ticked := w.draw(st)
	w.drawing = false
	switch {
	case ticked:
	case changed:
		w.main.Refresh()
		// A page that comes by itself leaves a person who types alone.
		typing := st.ByItself && w.searching()
		switch {
		case typing:
		case w.wanted != nil && w.wanted == w.typing:
			w.canvas.Focus(w.wanted)
		default:
			w.focusPage()
		}
	case w.wanted != nil:
		w.canvas.Focus(w.wanted)
	}
}

func (w *Window) draw(st state.State) (changed, ticked bool) {
	next, changed := w.turn(st)
	w.rail.render(st)
	w.renderUndo(st)
	if t, ok := next.(ticker); ok && st.Ticked && !changed {
		t.tick(st)
		return false, true
	}
	if next != nil {
		next.render(st)
	}
	notice := st.Notice
	if w.shown == routeConsent {
		notice = state.Notice{} // of the page below
	}
	w.renderNotice(notice)
	return changed, false
}

// focus puts the keyboard somewhere. While a page is drawn, what it asks for may
// not be in the window yet: it gets the keyboard at the end.
func (w *Window) focus(f fyne.Focusable) {
	if w.drawing {
		w.wanted = f
		return
	}
	w.canvas.Focus(f)
}

// turn puts the state's page in place.
func (w *Window) turn(st state.State) (p page, changed bool) {
	route := shownRoute(st)
	p = w.page(route)
	if route == w.shown {
		return p, false
	}
	if menu, ok := w.canvas.Focused().(*fynewidget.PopUpMenu); ok {
		menu.Dismiss() // it acts on what the page says
	}
	w.leave(route)
	w.shown = route
	var o fyne.CanvasObject = &fyne.Container{}
	if p != nil {
		o = p.object()
	}
	w.main.Objects[0] = o
	if !st.ByItself || !w.searching() {
		w.pane.ShowList(false)
	}
	w.pane.ShowRail(route != state.RouteLocked && route != state.RouteStart && route != routeQuit && route != routeConsent)
	return p, true
}

// over reports whether a page lies over another one, which stays as it is.
func over(route state.Route) bool {
	return route == routeConsent || route == routePalette || route == routeShortcuts
}

// leave leaves the page that is shown for another one. Below a program's question and
// the palette, a page stays as it is.
func (w *Window) leave(route state.Route) {
	left := w.shown
	if over(route) && !over(left) {
		w.under, w.typing = left, w.canvas.Focused()
		return
	}
	if l, ok := w.pages[left].(leaver); ok {
		l.leave()
	}
	switch {
	case !over(left) || over(route):
		return
	case route == w.under:
		w.wanted = w.typing
		return
	}
	if l, ok := w.pages[w.under].(leaver); ok {
		l.leave()
	}
}

func (w *Window) focusPage() {
	p := w.pages[w.shown]
	if p == nil {
		return
	}
	if f := p.focus(); f != nil {
		w.canvas.Focus(f)
		return
	}
	w.canvas.Unfocus()
}

// page builds a page when it is first needed.
func (w *Window) page(r state.Route) page {
	if p, ok := w.pages[r]; ok {
		return p
	}
	makers := map[state.Route]func(*kit) page{
		state.RouteStart:      newStart,
		state.RouteWelcome:    newWelcome,
		state.RouteAdd:        newAdd,
		state.RouteFile:       newFile,
		state.RouteSetup:      newSetup,
		state.RouteOptions:    newOptions,
		state.RouteWaiting:    newWaiting,
		state.RouteDevice:     newDevice,
		state.RouteProblem:    newProblem,
		state.RouteAccount:    newAccount,
		state.RouteReceipt:    newReceipt,
		state.RouteQueue:      newQueue,
		state.RouteInspector:  newInspector,
		state.RouteSettings:   newSettings,
		state.RouteLocked:     newLocked,
		state.RouteVaultSetup: newVaultSetup,
		state.RouteProtect:    newProtect,
		state.RouteMove:       newMove,
		state.RoutePrograms:   newPrograms,
		state.RouteAbout:      newAbout,
		routeQuit:             newQuit,
		routeConsent:          newConsent,
		routePalette:          newPalette,
		routeShortcuts:        newShortcuts,
	}
	build, ok := makers[r]
	if !ok {
		return nil
	}
	p := build(w.kit)
	w.pages[r] = p
	return p
}
