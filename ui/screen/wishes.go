package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// wishes are what a sign-in can ask for besides; folded at first, since most
// people need none of them.
type wishes struct {
	kit     *kit
	card    *widget.Card
	form    uint64
	prompts map[string]*widget.ToggleChip
	entries map[string]*widget.Entry
	fields  *fyne.Container
	fill    *form
	submit  func()
}

func newWishes(k *kit, submit func()) *wishes {
	w := &wishes{kit: k, prompts: map[string]*widget.ToggleChip{}, fields: widget.NewColumn(theme.Gap), submit: submit}
	chips := widget.NewFlow(6, 6)
	for _, p := range state.Prompts() {
		c := k.chip(p.Label, p.Value == "", func(bool) { k.store.Options.SetPrompt(p.Value) })
		w.prompts[p.Value] = c
		chips.Add(c)
	}
	widget.LinkArrows(chips, k.focus, nil)
	w.card = titled(lang.L("Sign-in page"), widget.NewMuted(lang.L("What the provider's page should ask for.")), chips, w.fields)
	return w
}

// render shows the fields of another provider empty.
func (w *wishes) render(st state.State) {
	op := st.Options
	if op.Form != w.form {
		w.form = op.Form
		w.entries = map[string]*widget.Entry{}
		w.fill = newForm(w.kit, st.Draft())
		w.fields.RemoveAll()
		for _, wish := range state.Wishes(op.Provider) {
			e := w.kit.entry(wish.Placeholder)
			e.OnSubmitted = func(string) { w.submit() }
			w.entries[wish.Name] = e
			w.fields.Add(w.fill.field(e, state.WishField(wish.Name), wish.Label, wish.Help, ""))
		}
		w.fields.Add(w.fill.problem)
	}
	for _, p := range state.Prompts() {
		w.prompts[p.Value].Set(p.Label, op.Prompt == p.Value)
	}
	w.fill.render(st, op.Error, op.ErrorAt)
	show(w.card, op.MoreOpen)
}

// typed is what the fields hold, by name.
func (w *wishes) typed() map[string]string {
	out := map[string]string{}
	for name, e := range w.entries {
		out[name] = e.Text
	}
	return out
}
