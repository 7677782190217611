package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

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
	case n.Again != state.AgainNothing:
		w.notice.Set(noticeTone(n.Kind), "", n.Text, w.again, w.ok)
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

// tryAgain does what the message offers.
func (w *Window) tryAgain() {
	switch s := w.kit.store; s.State().Notice.Again {
	case state.AgainRead:
		s.ReadAccounts()
	case state.AgainSave:
		s.Queue.Save()
	case state.AgainNothing:
	}
}

// keepInSight scrolls to what has the keyboard, such as the button that was just
// pressed, if the message would push it out of the window.
func (w *Window) keepInSight() {
	o, ok := w.canvas.Focused().(fyne.CanvasObject)
	if ok && w.notice.Visible() && o.Size().Height < w.main.Objects[0].Size().Height/2 {
		w.reveal()
	}
}

// renderUndo offers to undo what was just done, and counts the seconds. On the page of a
// program's question, nothing else is asked.
func (w *Window) renderUndo(st state.State) {
	u := st.Undo
	if u == nil || w.shown == routeConsent {
		if w.undo.Visible() {
			lost := w.undone.HasFocus() || w.doNow.HasFocus()
			w.undo.Hide()
			w.main.Refresh()
			if lost {
				w.focusPage() // the buttons are gone
			}
		}
		return
	}
	text := lang.L("Undo")
	if left := u.Until.Sub(st.Now); left > 0 && !u.Busy {
		text = lang.L("Undo ({{.Left}})", map[string]any{"Left": words.Countdown(left)})
	}
	w.undone.SetText(text)
	enable(w.undone, !u.Busy)
	enable(w.doNow, !u.Busy)
	w.undo.Set(widget.ToneSoft, "", u.Text, w.undone, w.doNow)
	if !w.undo.Visible() {
		w.undo.Show()
		w.main.Refresh()
		w.keepInSight()
	}
}

// messageLayout puts messages below the page, which gives way at its lower edge: a
// message covers no button and no error, and moves nothing that begins at the top.
type messageLayout struct{}

func (messageLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (messageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	page, bottom := objects[0], size.Height
	left, width := theme.Margins(size.Width)
	for _, o := range objects[1:] {
		if !o.Visible() {
			continue
		}
		// Twice: wrapped text knows its height only after its width.
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
		bottom -= o.Size().Height + theme.Gap
		o.Move(fyne.NewPos(left, bottom))
	}
	if bottom < size.Height {
		bottom -= theme.GapSmall
	}
	page.Move(fyne.Position{})
	page.Resize(fyne.NewSize(size.Width, bottom))
}
