package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// protect asks what it shall take to open the vault.
type protect struct {
	kit     *kit
	page    *widget.Page
	form    uint64
	chips   []*widget.ToggleChip
	meaning *widget.Text
	missing *widget.Notice
	present *widget.Entry
	asked   fyne.CanvasObject
	pass    *widget.Entry
	again   *widget.Entry
	fresh   fyne.CanvasObject
	change  *widget.Button
	fill    *form
	asks    bool
}

func newProtect(k *kit) page {
	p := &protect{kit: k}
	s := k.store
	chips := widget.NewFlow(6, 6)
	for _, c := range (state.ProtectPage{}).Protections() {
		chip := k.chip(c.Label, false, func(bool) {
			s.Protect.Choose(c.Value)
			p.render(s.State())
			p.goOn()
		})
		p.chips = append(p.chips, chip)
		chips.Add(chip)
	}
	widget.LinkArrows(chips, k.focus, nil)
	p.meaning = widget.NewMuted("")
	p.missing = widget.NewNotice(widget.ToneWarn, "", "")
	p.present, p.pass, p.again = k.password(""), k.password(""), k.password("")
	submit := func() { s.Protect.Save(p.present.Text, p.pass.Text, p.again.Text) }
	p.present.OnSubmitted = func(string) {
		if p.asks {
			k.focus(p.pass)
			return
		}
		submit()
	}
	p.pass.OnSubmitted = func(string) { k.focus(p.again) }
	p.again.OnSubmitted = func(string) { submit() }
	// The current passphrase is no draft: it proves that its owner sits here.
	p.asked = field(lang.L("Current passphrase"), "", p.present)
	p.present.OnChanged = func(string) { k.store.Typed("", "", "") }
	p.fill = newForm(k, nil)
	p.fresh = widget.NewColumn(10,
		p.fill.choose(p.pass, "pass", lang.L("New passphrase"), lang.L("At least 8 characters. No one can recover it for you.")),
		p.fill.field(p.again, "again", lang.L("Confirm passphrase"), "", ""))
	p.change = k.button(lang.L("Change"), widget.ButtonPrimary, submit)
	h := newHead(lang.L("How is the vault unlocked?"), lang.L("Remembered accounts are encrypted. Choose where the key is kept."))
	p.page = widget.NewPage(h.Container, widget.NewCard(widget.NewColumn(12, chips, p.meaning, p.missing, p.asked, p.fresh,
		p.fill.buttons(p.change, k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)))))
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
	for i, c := range p.kit.store.State().Protect.Protections() {
		if c.Chosen {
			return p.chips[i]
		}
	}
	return p.chips[0]
}

func (p *protect) render(st state.State) {
	f := st.Protect
	if f.Form != p.form {
		p.form = f.Form
		setEntry(p.present, "")
		p.fill.refill(st.Draft())
		p.page.ScrollToTop()
	}
	for i, c := range f.Protections() {
		p.chips[i].Set(c.Label, c.Chosen)
		show(p.chips[i], c.Offered)
		if c.Chosen {
			p.meaning.SetText(c.Meaning)
		}
	}
	p.missing.Set(widget.ToneWarn, "", lang.L("The keyring cannot be used: {{.Problem}}.", map[string]any{"Problem": st.Vault.KeyringProblem}))
	show(p.missing, f.Choice.UsesKeyring() && st.Vault.KeyringProblem != "")
	p.asks = f.Choice.NeedsPassphrase()
	show(p.asked, st.NeedsPassphrase())
	show(p.fresh, p.asks)
	text := lang.L("Save")
	if f.Choice == st.Vault.Protection && p.asks {
		text = lang.L("Change passphrase")
	}
	setBusy(p.change, f.Busy, text, lang.L("One moment…"))
	enable(p.change, !f.Busy && (p.asks || f.Choice != st.Vault.Protection))
	p.fill.render(st, f.Error, f.ErrorAt)
	p.page.Refresh()
	p.fill.settle()
}

// leave forgets the typed passphrases; the draft fills the page again.
func (p *protect) leave() {
	p.form = 0
	setEntry(p.present, "")
	setEntry(p.pass, "")
	setEntry(p.again, "")
}
