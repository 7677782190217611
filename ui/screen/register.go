package screen

import (
	"net/url"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// registering is the part of the page that adds a provider which lets the issuer
// register this app; object is nil if the issuer does not do that.
type registering struct {
	kit    *kit
	object fyne.CanvasObject
	button *widget.Button
	told   *widget.Notice
	// filled is the client ID that was filled in already.
	filled string
}

func newRegister(k *kit, a state.AddPage) *registering {
	r := &registering{kit: k}
	if a.Registered != nil {
		r.filled = a.Registered.ClientID // the draft has it
	}
	if !a.CanRegister() {
		return r
	}
	r.button = k.button(lang.L("Register automatically"), widget.ButtonQuiet, k.store.Add.Register)
	r.told = widget.NewNotice(widget.ToneSoft, "", "")
	host := a.Found.Issuer
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = u.Host
	}
	r.object = widget.NewColumn(theme.GapSmall,
		widget.NewFlow(0, 0, r.button), widget.NewCopyArea(widget.NewMuted(lang.L("Registers Claviger at {{.Host}} and fills in the client ID.", map[string]any{"Host": host}))),
		r.told)
	return r
}

// render shows how far the registration is, and fills the client ID in once.
func (r *registering) render(a state.AddPage, clientID *widget.Entry) {
	if r.object == nil {
		return
	}
	setBusy(r.button, a.Registering, lang.L("Register automatically"), lang.L("Registering…"))
	if a.Registered != nil {
		r.button.SetText(lang.L("Registered"))
		enable(r.button, false)
		if id := a.Registered.ClientID; id != r.filled {
			r.filled = id
			setEntry(clientID, id)
		}
	}
	switch {
	case a.RegisterError != "":
		r.told.Set(widget.ToneBad, "", a.RegisterError)
	case a.Registered != nil:
		r.told.Set(widget.ToneOK, lang.L("Registered."), firstOf(words.Lines(a.Registered.Changes), lang.L("Nothing else is needed.")))
	}
	show(r.told, a.RegisterError != "" || a.Registered != nil)
}
