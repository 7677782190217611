package screen

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// register is the part of the page that adds a provider which lets the issuer
// register this app; object is nil where the issuer does not do that.
type register struct {
	kit    *kit
	object fyne.CanvasObject
	button *widget.Button
	told   *widget.Notice
	// filled is the client ID that was filled in already.
	filled string
}

func newRegister(k *kit, a state.AddPage) *register {
	r := &register{kit: k}
	if a.Registered != nil {
		r.filled = a.Registered.ClientID // the draft has it
	}
	if !a.CanRegister() {
		return r
	}
	r.button = k.button("Register automatically", widget.ButtonQuiet, k.store.RegisterApp)
	r.told = widget.NewNotice(widget.ToneSoft, "", "")
	host := a.Found.Issuer
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = u.Host
	}
	r.object = widget.NewColumn(theme.GapSmall,
		widget.NewRow(theme.Gap, 1, r.button, widget.NewMuted("Registers Claviger at "+host+" and fills in the client ID.")),
		r.told)
	return r
}

// render shows how far the registration is, and fills the client ID in once.
func (r *register) render(a state.AddPage, clientID *widget.Entry) {
	if r.object == nil {
		return
	}
	setBusy(r.button, a.Registering, "Register automatically", "Registering…")
	if a.Registered != nil {
		r.button.SetText("Registered")
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
		r.told.Set(widget.ToneOK, "Registered.", firstOf(strings.Join(a.Registered.Changes, "\n"), "Nothing else is needed."))
	}
	show(r.told, a.RegisterError != "" || a.Registered != nil)
}
