package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
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
	noWay *widget.Text
	bare  bool // no browser was found
	ways  *fyne.Container
}

// elsewhere is said instead of what the provider asks for, which it does there.
func elsewhere() string {
	return lang.L("Another window or shell is signing in to this account. Finish there. This page updates automatically.")
}

func newWaiting(k *kit) page {
	w := &waiting{kit: k, head: newHead("", ""), steps: k.steps()}
	s := k.store
	w.open = k.button(lang.L("Open browser again"), widget.ButtonPrimary, s.SignIn.OpenBrowser)
	w.copy = k.button(lang.L("Copy link"), widget.ButtonQuiet, s.SignIn.CopyLink)
	w.device = k.button(lang.L("Use a code instead"), widget.ButtonQuiet, s.SignIn.UseDevice)
	w.paste = k.button(lang.L("Paste address…"), widget.ButtonQuiet, s.SignIn.OpenPaste)
	w.cancel = k.button(lang.L("Cancel"), widget.ButtonQuiet, s.Cancel)
	w.pasted = k.entry("http://127.0.0.1:…")
	w.pasted.OnSubmitted = s.SignIn.Paste
	w.pasteGo = k.button(lang.L("Continue"), widget.ButtonQuiet, func() { s.SignIn.Paste(w.pasted.Text) })
	w.pasteBad = widget.NewNotice(widget.ToneBad, "", "")
	w.pastePart = titled(lang.L("Paste the address"),
		widget.NewMuted(lang.L("Sign in on any machine with the copied link. The last page may not load. Paste its whole address here.")),
		widget.NewRow(theme.GapSmall, 0, w.pasted, w.pasteGo), w.pasteBad)
	w.shown = newShownError(k)
	w.noWay = widget.NewMuted("")
	w.ways = widget.NewFlow(10, 10, w.open, w.copy, w.device, w.paste, w.cancel)
	w.page = widget.NewPage(w.head.Container, widget.NewCard(w.steps),
		w.ways,
		w.pastePart, w.shown.card, widget.NewCard(w.noWay))
	return w
}

func (w *waiting) object() fyne.CanvasObject { return w.page }

func (w *waiting) focus() fyne.Focusable {
	if w.bare {
		return w.copy
	}
	return w.open
}

func (w *waiting) render(st state.State) {
	f := st.Flow
	if f.Provider == nil {
		return
	}
	w.renderWords(f)
	w.steps.Set(steps(f.Rows(st.Now)))
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

// renderWords says where to sign in: here, elsewhere, or wherever a browser is.
func (w *waiting) renderWords(f state.FlowPage) {
	title, text, open := lang.L("Continue in your browser"), lang.L("Sign in on {{.Provider}}'s page. This page updates automatically.", map[string]any{"Provider": f.Provider.Name}), lang.L("Open browser again")
	other := lang.L("Signing in on another machine? Open the link there, then paste the final address from your browser.")
	bare := f.NoBrowser()
	switch {
	case f.Joining():
		open, text = lang.L("Open a browser here"), elsewhere()
	case bare:
		title, open = lang.L("No browser was found"), lang.L("Try the browser again")
		text = lang.L("Copy the link and open it in any browser on this computer. This page updates automatically.")
		other = lang.L("A browser on another machine works too: open the link there, then paste the final address from it.")
		if f.CanDevice {
			text = lang.L("Copy the link and open it in any browser on this computer, or use a code on another device. This page updates automatically.")
		}
	}
	w.head.title.SetText(title)
	w.head.text.SetText(text)
	w.open.SetText(open)
	w.noWay.SetText(other)
	if bare == w.bare {
		return
	}
	w.bare = bare
	first, second := w.open, w.copy
	if bare {
		first, second = w.copy, w.open
	}
	first.SetKind(widget.ButtonPrimary)
	second.SetKind(widget.ButtonQuiet)
	w.ways.Objects[0], w.ways.Objects[1] = first, second
	w.ways.Refresh()
	if bare && w.open.HasFocus() && f.URL != "" {
		enable(w.copy, true)
		w.kit.focus(w.copy)
	}
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
