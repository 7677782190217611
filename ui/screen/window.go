package screen

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
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
	pages  map[state.Route]page
	shown  state.Route
	told   state.Notice
	// wanted is what gets the keyboard when the page is drawn.
	wanted  fyne.Focusable
	drawing bool
}

// New returns the window's content for a store. The canvas is told where the
// keyboard goes, the driver knows where things are; keys is what focused parts
// hand on.
func New(store *state.Store, canvas fyne.Canvas, driver fyne.Driver, files Files, keys widget.Keys) *Window {
	w := &Window{canvas: canvas, driver: driver, pages: map[state.Route]page{}}
	keys.Focus = w.focus
	keys.Scrolled = w.scrolled
	keys.Focused = w.reveal
	keys.Moved = w.revealPart
	w.kit = &kit{store: store, files: files, keys: keys, focus: w.focus, refocus: w.focusPage}
	w.ok = w.kit.small("OK", widget.ButtonQuiet, store.DismissNotice)
	w.choose = w.kit.small("Try again and choose the account", widget.ButtonPrimary, store.ChooseAccount)
	w.notice = widget.NewNotice(widget.ToneSoft, "", "")
	w.notice.Hide()
	w.main = &fyne.Container{Layout: messageLayout{}, Objects: []fyne.CanvasObject{&fyne.Container{}, w.notice}}
	w.rail = newRail(w.kit)
	w.rail.leave = w.focusPage
	w.pane = widget.NewTwoPane(w.rail.object, widget.NewWheelArea(w.main, w.scrolled))
	w.pane.ShowRail(false)
	return w
}

// Content is the object to put into the window.
func (w *Window) Content() fyne.CanvasObject { return w.pane }

// FocusSearch puts the keyboard into the search of the accounts.
func (w *Window) FocusSearch() {
	if w.rail.object.Visible() {
		w.canvas.Focus(w.rail.search)
	}
}

// Render draws a state.
func (w *Window) Render(st state.State) {
	w.wanted, w.drawing = nil, true
	changed, ticked := w.draw(st)
	w.drawing = false
	switch {
	case ticked:
	case changed:
		w.main.Refresh()
		// A page that comes by itself leaves a person who types alone.
		typing := st.ByItself && w.rail.object.Visible() && w.canvas.Focused() == fyne.Focusable(w.rail.search)
		if !typing {
			w.focusPage()
		}
	case w.wanted != nil:
		w.canvas.Focus(w.wanted)
	}
}

func (w *Window) draw(st state.State) (changed, ticked bool) {
	next, changed := w.turn(st)
	w.rail.render(st)
	if t, ok := next.(ticker); ok && st.Ticked && !changed {
		t.tick(st)
		return false, true
	}
	if next != nil {
		next.render(st)
	}
	w.renderNotice(st.Notice)
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
	if l, ok := w.pages[w.shown].(leaver); ok {
		l.leave()
	}
	w.shown = route
	var o fyne.CanvasObject = &fyne.Container{}
	if p != nil {
		o = p.object()
	}
	w.main.Objects[0] = o
	w.pane.ShowRail(route != state.RouteLocked && route != state.RouteStart && route != routeQuit)
	return p, true
}

// reveal scrolls the page until what has the keyboard is to be seen.
func (w *Window) reveal() {
	o, ok := w.canvas.Focused().(fyne.CanvasObject)
	p := w.pages[w.shown]
	if !ok || p == nil {
		return
	}
	if a, ok := p.(*account); ok && slices.Contains(a.fixed(), o) {
		return
	}
	w.revealPart(o, 0, o.Size().Height)
}

// scrolled turns the page with the wheel, wherever on it the pointer is.
func (w *Window) scrolled(ev *fyne.ScrollEvent) {
	p := w.pages[w.shown]
	if p == nil {
		return
	}
	var turns any = p.object()
	if a, ok := p.(*account); ok {
		turns = a.content()
		if s, ok := a.tabs[a.shown].(fyne.Scrollable); ok {
			turns = s
		}
	}
	if s, ok := turns.(fyne.Scrollable); ok {
		s.Scrolled(ev)
	}
}

// revealPart scrolls the page until a part of an object is to be seen.
func (w *Window) revealPart(o fyne.CanvasObject, top, height float32) {
	p := w.pages[w.shown]
	if p == nil || height == 0 {
		return
	}
	content := p.object()
	if a, ok := p.(*account); ok {
		content = a.content()
	}
	view, ok := content.(*widget.Page)
	if !ok {
		return
	}
	at, origin := w.driver.AbsolutePositionForObject(o), w.driver.AbsolutePositionForObject(view)
	if at.X < origin.X {
		return // in the list of accounts
	}
	top += at.Y - origin.Y
	view.BringIntoView(top, top+height)
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

func (w *Window) renderNotice(n state.Notice) {
	if n == w.told {
		return
	}
	w.told = n
	switch {
	case n.Text == "":
		w.notice.Hide()
	case n.Choose:
		w.notice.Set(noticeTone(n.Kind), "", n.Text, w.choose, w.ok)
		w.notice.Show()
	case n.Stays:
		w.notice.Set(noticeTone(n.Kind), "", n.Text, w.ok)
		w.notice.Show()
	default:
		w.notice.Set(noticeTone(n.Kind), "", n.Text)
		w.notice.Show()
	}
	w.main.Refresh()
	w.keepInSight()
}

// keepInSight scrolls to what has the keyboard, such as the button that was just
// pressed, where the message would push it out of the window.
func (w *Window) keepInSight() {
	o, ok := w.canvas.Focused().(fyne.CanvasObject)
	if ok && w.notice.Visible() && o.Size().Height < w.main.Objects[0].Size().Height/2 {
		w.reveal()
	}
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
		state.RouteSettings:   newSettings,
		state.RouteLocked:     newLocked,
		state.RouteVaultSetup: newVaultSetup,
		state.RouteProtect:    newProtect,
		state.RouteMove:       newMove,
		routeQuit:             newQuit,
	}
	build, ok := makers[r]
	if !ok {
		return nil
	}
	p := build(w.kit)
	w.pages[r] = p
	return p
}

// messageLayout puts a message below the page, which gives way at its lower edge: a
// message covers no button and no error, and moves nothing that begins at the top.
type messageLayout struct{}

func (messageLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (messageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	page, o := objects[0], objects[1]
	page.Move(fyne.Position{})
	if !o.Visible() {
		page.Resize(size)
		return
	}
	width := fyne.Min(size.Width-2*theme.PageSide, 640)
	// Twice: wrapped text knows its height only after its width.
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	below := o.Size().Height + theme.Gap
	o.Move(fyne.NewPos((size.Width-width)/2, size.Height-below))
	page.Resize(size.SubtractWidthHeight(0, below+theme.GapSmall))
}
