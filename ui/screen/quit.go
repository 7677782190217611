package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// routeQuit is the page of the question before the program ends. It lies over
// the route, which stays what it is: under a lock the window stays locked.
const routeQuit state.Route = "quit"

// shownRoute is the page to show.
func shownRoute(st state.State) state.Route {
	switch {
	case st.Quit != nil:
		return routeQuit
	case st.AsksConsent():
		return routeConsent
	case st.Palette != nil:
		return routePalette
	case st.Shortcuts:
		return routeShortcuts
	}
	return st.Route
}

// quit asks whether the program shall end with unsaved drafts.
type quit struct {
	page *widget.Page
	lost *widget.Text
	keep *widget.Button
	yes  *widget.Button
}

func newQuit(k *kit) page {
	q := &quit{lost: widget.NewBody("")}
	q.keep = k.button(lang.L("Keep editing"), widget.ButtonPrimary, k.store.KeepEditing)
	q.yes = k.button(lang.L("Discard and quit"), widget.ButtonDanger, k.store.DiscardAndQuit)
	h := newHead(lang.L("Quit without saving?"), lang.L("What you typed is in memory only and is lost when Claviger quits."))
	q.page = widget.NewPage(narrow(widget.NewColumn(theme.GapLarge, space(40), h.Container,
		widget.NewBarCard(widget.ToneWarn, widget.NewColumn(theme.Gap, widget.NewSubtitle(lang.L("Not saved yet")), q.lost,
			widget.NewFlow(10, 10, q.keep, q.yes))))))
	return q
}

func (q *quit) object() fyne.CanvasObject { return q.page }
func (q *quit) focus() fyne.Focusable     { return q.keep }

func (q *quit) render(st state.State) {
	if st.Quit == nil {
		return
	}
	text := ""
	for _, name := range st.Quit.Lost {
		text += "• " + name + "\n"
	}
	q.lost.SetText(text[:max(0, len(text)-1)])
	setBusy(q.yes, st.Quit.Busy, lang.L("Discard and quit"), lang.L("Quitting…"))
	enable(q.keep, !st.Quit.Busy)
	q.page.Refresh()
}
