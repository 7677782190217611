package screen

import (
	"fyne.io/fyne/v2"

	"claviger/ui/state"
	"claviger/ui/widget"
	"claviger/vault"
)

// protect asks what it shall take to open the vault.
type protect struct {
	kit     *kit
	page    *widget.Page
	form    uint64
	chips   map[vault.Protection]*widget.ToggleChip
	meaning *widget.Text
	missing *widget.Notice
	present *widget.Entry
	asked   fyne.CanvasObject
	pass    *widget.Entry
	again   *widget.Entry
	fresh   fyne.CanvasObject
	change  *widget.Button
	bad     *widget.Notice
	asks    bool
}

func newProtect(k *kit) page {
	p := &protect{kit: k, chips: map[vault.Protection]*widget.ToggleChip{}}
	s := k.store
	chips := widget.NewFlow(6, 6)
	for _, c := range []struct {
		protection vault.Protection
		text       string
	}{{vault.Keyring, "The keyring"}, {vault.Passphrase, "A passphrase"}, {vault.Both, "The keyring and a passphrase"}} {
		chip := k.chip(c.text, false, func(bool) {
			s.ChooseProtection(c.protection)
			p.render(s.State())
			p.goOn()
		})
		p.chips[c.protection] = chip
		chips.Add(chip)
	}
	p.meaning = widget.NewMuted("")
	p.missing = widget.NewNotice(widget.ToneWarn, "", "")
	p.present, p.pass, p.again = k.password(""), k.password(""), k.password("")
	submit := func() { s.Protect(p.present.Text, p.pass.Text, p.again.Text) }
	p.present.OnSubmitted = func(string) {
		if p.asks {
			k.focus(p.pass)
			return
		}
		submit()
	}
	p.pass.OnSubmitted = func(string) { k.focus(p.again) }
	p.again.OnSubmitted = func(string) { submit() }
	p.asked = field("Present passphrase", "", p.present)
	p.fresh = widget.NewColumn(10, field("New passphrase", "At least 8 characters. Nobody can recover it for you.", p.pass), field("Once more", "", p.again))
	p.change = k.button("Change", widget.ButtonPrimary, submit)
	p.bad = widget.NewNotice(widget.ToneBad, "", "")
	h := newHead("What opens the vault?", "Remembered accounts are encrypted. Choose where the key is.")
	p.page = widget.NewPage(h.Container, widget.NewCard(widget.NewColumn(12, chips, p.meaning, p.missing, p.asked, p.fresh, p.bad,
		widget.NewFlow(10, 10, p.change, k.button("Back", widget.ButtonQuiet, s.Cancel)))))
	return p
}

// goOn puts the keyboard where a choice needs it next.
func (p *protect) goOn() {
	switch {
	case p.asked.Visible():
		p.kit.focus(p.present)
	case p.asks:
		p.kit.focus(p.pass)
	case !p.change.Disabled():
		p.kit.focus(p.change)
	}
}

func (p *protect) object() fyne.CanvasObject { return p.page }

func (p *protect) focus() fyne.Focusable {
	return p.chips[p.kit.store.State().Protect.Choice]
}

func (p *protect) render(st state.State) {
	f := st.Protect
	if f.Form != p.form {
		p.form = f.Form
		p.leave()
		p.page.ScrollToTop()
	}
	for protection, c := range p.chips {
		c.Set(c.Text(), protection == f.Choice)
	}
	p.meaning.SetText(map[vault.Protection]string{
		vault.Keyring:    "Open while you are logged in to this computer. Programs that may use your keyring can get the key.",
		vault.Passphrase: "You type it after each start and after locking; so does every program, or it gets a file with it.",
		vault.Both:       "It takes both: a copy of the folder gives nothing to guess at, and the keyring alone opens nothing.",
	}[f.Choice])
	p.missing.Set(widget.ToneWarn, "", "The keyring cannot be used: "+st.Vault.KeyringProblem+".")
	show(p.missing, f.Choice.UsesKeyring() && st.Vault.KeyringProblem != "")
	p.asks = f.Choice.NeedsPassphrase()
	show(p.asked, st.NeedsPassphrase())
	show(p.fresh, p.asks)
	text := "Change"
	if f.Choice == st.Vault.Protection && p.asks {
		text = "Change the passphrase"
	}
	setBusy(p.change, f.Busy, text, "One moment…")
	enable(p.change, !f.Busy && (p.asks || f.Choice != st.Vault.Protection))
	setError(p.bad, f.Error)
	p.page.Refresh()
}

// leave forgets the typed passphrases.
func (p *protect) leave() {
	setEntry(p.present, "")
	setEntry(p.pass, "")
	setEntry(p.again, "")
}
