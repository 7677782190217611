package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// describePanel is where an account gets a name, a colour and a place in the list.
type describePanel struct {
	kit    *kit
	card   *widget.Card
	label  *widget.Entry
	colors map[string]*widget.ToggleChip
	save   *widget.Button
	up     *widget.Button
	down   *widget.Button
	cancel *widget.Button
	bad    *widget.Notice
	form   uint64
}

func newDescribePanel(k *kit) *describePanel {
	p := &describePanel{kit: k, colors: map[string]*widget.ToggleChip{}, bad: widget.NewNotice(widget.ToneBad, "", "")}
	s := k.store
	p.label = k.entry("")
	p.label.OnChanged = s.Describe.TypeLabel
	p.label.OnSubmitted = func(string) { s.Describe.Save() }
	chips := widget.NewFlow(6, 6)
	for _, name := range append([]string{""}, theme.AccountColors()...) {
		c := k.chip(words.ColorName(name), false, func(bool) {
			s.Describe.ChooseColor(name)
			p.render(s.State()) // one that was chosen already switches itself off
		})
		c.SetMark(theme.AccountColor(name))
		p.colors[name] = c
		chips.Add(c)
	}
	widget.LinkArrows(chips, k.focus, nil)
	p.save = k.button(lang.L("Save"), widget.ButtonPrimary, s.Describe.Save)
	p.cancel = k.button(lang.L("Cancel"), widget.ButtonQuiet, s.Cancel)
	p.up = k.button(lang.L("Move up"), widget.ButtonQuiet, func() { s.Order.Move(-1) })
	p.down = k.button(lang.L("Move down"), widget.ButtonQuiet, func() { s.Order.Move(1) })
	p.card = widget.NewCard(widget.NewColumn(theme.GapSmall,
		widget.NewSubtitle(lang.L("Name and colour")), p.label, chips, p.bad,
		widget.NewFlow(10, 10, p.save, p.cancel, p.up, p.down)))
	p.card.Hide()
	return p
}

func (p *describePanel) render(st state.State) {
	v := st.Describe
	show(p.card, v != nil)
	if v == nil {
		p.form = 0
		return
	}
	if a := st.AccountByID(v.Account); a != nil {
		p.label.SetPlaceHolder(words.OwnName(a))
	}
	if p.label.Text != v.Label {
		setEntry(p.label, v.Label)
	}
	for name, c := range p.colors {
		c.Set(c.Text(), name == v.Color)
	}
	setBusy(p.save, v.Busy, lang.L("Save"), lang.L("Saving…"))
	enable(p.up, st.CanMove(v.Account, -1))
	enable(p.down, st.CanMove(v.Account, 1))
	setError(p.bad, v.Error)
	p.card.Refresh()
	if p.form != v.Form {
		p.form = v.Form
		p.kit.focus(p.label)
	}
}

// parts are what has the keyboard in it.
func (p *describePanel) parts() []fyne.CanvasObject {
	parts := []fyne.CanvasObject{p.label, p.save, p.cancel, p.up, p.down}
	for _, c := range p.colors {
		parts = append(parts, c)
	}
	return parts
}
