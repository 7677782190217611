package screen

import (
	"fyne.io/fyne/v2"

	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
)

// waiting shows a sign-in in the browser.
type waiting struct {
	kit    *kit
	page   *widget.Page
	head   head
	steps  *widget.StepList
	open   *widget.Button
	copy   *widget.Button
	device *widget.Button
	paste  *widget.Button
	cancel *widget.Button

	pasted    *widget.Entry
	pastePart *widget.Card
	pasteGo   *widget.Button
	pasteBad  *widget.Notice
	wasOpen   bool

	shown *shownError
}

// elsewhere is said instead of what the provider asks for, which it does there.
const elsewhere = "Another window or shell is signing in to this account. Finish there: this page moves on by itself."

func newWaiting(k *kit) page {
	w := &waiting{kit: k, head: newHead("Finish in your browser", ""), steps: k.steps()}
	s := k.store
	w.open = k.button("Open browser again", widget.ButtonPrimary, s.OpenBrowserAgain)
	w.copy = k.button("Copy link", widget.ButtonQuiet, s.CopyLink)
	w.device = k.button("Use a code instead", widget.ButtonQuiet, s.UseDevice)
	w.paste = k.button("Paste address…", widget.ButtonQuiet, s.OpenPaste)
	w.cancel = k.button("Cancel", widget.ButtonDanger, s.Cancel)
	w.pasted = k.entry("http://127.0.0.1:…")
	w.pasted.OnSubmitted = s.Paste
	w.pasteGo = k.button("Go on", widget.ButtonPrimary, func() { s.Paste(w.pasted.Text) })
	w.pasteBad = widget.NewNotice(widget.ToneBad, "", "")
	w.pastePart = titled("Paste the address",
		widget.NewMuted("Sign in on any machine with the copied link. The browser ends on a page that may not load: paste its whole address here."),
		widget.NewRow(theme.GapSmall, 0, w.pasted, w.pasteGo), w.pasteBad)
	w.shown = newShownError(k)
	w.page = widget.NewPage(w.head.Container, widget.NewCard(w.steps),
		widget.NewFlow(10, 10, w.open, w.copy, w.device, w.paste, w.cancel),
		w.pastePart, w.shown.card,
		widget.NewCard(widget.NewMuted("Signing in on another machine? Open the link there, then paste the address that the browser ends on.")))
	return w
}

func (w *waiting) object() fyne.CanvasObject { return w.page }

func (w *waiting) focus() fyne.Focusable { return w.open }

func (w *waiting) render(st state.State) {
	f := st.Flow
	if f.Provider == nil {
		return
	}
	open, text := "Open browser again", f.Provider.Name+" asks you there. This page moves on by itself."
	if f.Joining() {
		open, text = "Open a browser here", elsewhere
	}
	w.head.text.SetText(text)
	w.open.SetText(open)
	w.steps.Set(steps(state.WaitingRows(f, st.Now)))
	if w.open.Disabled() && (f.URL != "" || f.Joining()) {
		// A disabled button cannot take the keyboard: it gets it now.
		w.open.Enable()
		w.kit.focus(w.open)
	}
	enable(w.open, f.URL != "" || f.Joining())
	enable(w.copy, f.URL != "")
	show(w.device, f.CanDevice)
	w.renderPaste(f)
	w.shown.render(st)
	w.page.Refresh()
}

func (w *waiting) renderPaste(f state.FlowPage) {
	enable(w.paste, f.URL != "")
	show(w.pastePart, f.PasteOpen)
	enable(w.pasteGo, !f.PasteBusy)
	w.pasteBad.Set(widget.ToneBad, "", f.PasteError)
	show(w.pasteBad, f.PasteError != "")
	if f.PasteOpen && !w.wasOpen {
		setEntry(w.pasted, "")
		w.kit.focus(w.pasted)
	}
	w.wasOpen = f.PasteOpen
}

// leave stops the dots and forgets the pasted address, which holds a code.
func (w *waiting) leave() {
	w.steps.Set(nil)
	setEntry(w.pasted, "")
	w.shown.leave()
	w.wasOpen = false
}
