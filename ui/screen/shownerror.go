package screen

import (
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// shownError is for errors that the browser shows and the provider never sends
// back: the page's words are pasted and explained, beside what must be
// registered.
type shownError struct {
	card     *widget.Card
	text     *widget.Entry
	answer   *widget.Card
	title    *widget.Text
	detail   *widget.Text
	next     *widget.Text
	open     *widget.Button
	told     *widget.Text
	address  *addresses
	clientID *widget.KeyValue
}

func newShownError(k *kit) *shownError {
	e := &shownError{}
	s := k.store
	e.text = k.entry(lang.L("Paste the page's text, or its address"))
	e.text.OnSubmitted = s.SignIn.ExplainPage
	e.title, e.detail, e.next = widget.NewSubtitle(""), widget.NewMuted(""), widget.NewBody("")
	e.open = k.small(lang.L("Open the registration page"), widget.ButtonQuiet, func() { s.OpenURL(s.State().Flow.Explained.Link) })
	e.answer = widget.NewBarCard(widget.ToneWarn, widget.NewColumn(theme.GapSmall,
		widget.NewCopyArea(widget.NewColumn(theme.GapSmall, e.title, e.detail, e.next), e.title, e.detail, e.next), widget.NewFlow(10, 10, e.open)))
	e.told, e.address = widget.NewMuted(""), newAddresses(k)
	e.clientID = k.keyValue(150, true)
	e.card = titled(lang.L("Does the browser show an error?"),
		widget.NewMuted(lang.L("Select the whole page, copy it and paste it here. The provider does not report it to Claviger.")),
		widget.NewRow(theme.GapSmall, 0, e.text, k.small(lang.L("Explain"), widget.ButtonQuiet, func() { s.SignIn.ExplainPage(e.text.Text) })),
		e.answer,
		e.told, e.address.box,
		e.clientID)
	return e
}

func (e *shownError) render(st state.State) {
	f := st.Flow
	show(e.card, state.WaitingHint(f, st.Now))
	list := state.RedirectURIs(f.ToRegister())
	e.told.SetText(registerExactly(list))
	e.address.set(list)
	e.clientID.Set([]widget.KV{{Label: lang.L("Client ID"), Value: f.Provider.Client.ID, Mono: true}})
	x := f.Explained
	e.title.SetText(x.Title)
	e.detail.SetText(x.Detail)
	show(e.detail, x.Detail != "")
	e.next.SetText(x.Next)
	show(e.next, x.Next != "")
	show(e.open, x.Link != "")
	show(e.answer, x.Title != "")
}

// leave forgets what was pasted: an address can hold what is private.
func (e *shownError) leave() { setEntry(e.text, "") }
