package screen

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// form is what the pages with fields have in common: fields that keep what is
// typed as a draft, errors beside their field and in sight, and a way to throw
// a draft away.
type form struct {
	kit    *kit
	draft  state.Draft
	fields map[string]*formField
	// problem is what is wrong with no field in particular.
	problem *widget.Notice
	discard *discard
	shown   uint64
	reveal  fyne.CanvasObject
}

// formField is one field.
type formField struct {
	column *fyne.Container
	entry  *widget.Entry
	bad    *fyne.Container
	text   *widget.Text
	// strength is that of a new passphrase, nil in other fields.
	strength *widget.StrengthBar
}

// newForm returns a form without fields, which are filled from a draft.
func newForm(k *kit, draft state.Draft) *form {
	return &form{
		kit: k, draft: draft, fields: map[string]*formField{},
		problem: widget.NewNotice(widget.ToneBad, "", ""), discard: newDiscard(k),
	}
}

// field adds an entry: its key in the draft, its label and help, and what stands
// in it without a draft.
func (f *form) field(e *widget.Entry, key, label, help, saved string) fyne.CanvasObject {
	x := &formField{entry: e, text: widget.NewText("", widget.TextStyle{Color: theme.ColorBad, Fit: widget.FitWrap})}
	sign := widget.NewSign(widget.SignFailed)
	sign.Set(widget.SignFailed, theme.ColorBad)
	x.bad = widget.NewRow(theme.GapSmall, 1, sign, widget.NewCopyArea(x.text))
	x.bad.Hide()
	x.column = field(label, help, e)
	x.column.Add(x.bad)
	f.fields[key] = x
	f.fill(key, saved)
	return x.column
}

// choose adds a field for a new passphrase, with how hard it is to guess.
func (f *form) choose(e *widget.Entry, key, label, help string) fyne.CanvasObject {
	o := f.field(e, key, label, help, "")
	x := f.fields[key]
	x.strength = widget.NewStrengthBar()
	x.column.Objects = slices.Insert(x.column.Objects, 2, fyne.CanvasObject(x.strength)) // below the entry
	return o
}

// fill sets a field from the draft, and keeps in the draft what is typed.
func (f *form) fill(key, saved string) {
	e := f.fields[key].entry
	setEntry(e, f.draft.Value(key, saved))
	e.OnChanged = func(text string) { f.kit.store.Typed(key, text, saved) }
}

// refill sets all fields anew; nothing of them is saved.
func (f *form) refill(draft state.Draft) {
	f.draft = draft
	for key := range f.fields {
		f.fill(key, "")
	}
}

// buttons are those below the fields, and the question before a draft goes.
func (f *form) buttons(buttons ...fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewColumn(theme.Gap, f.problem, widget.NewFlow(10, 10, append(buttons, f.discard.button)...), f.discard.note, f.discard.question)
}

// render shows what is wrong, beside its field if that is known.
func (f *form) render(st state.State, text string, at state.ErrorAt) {
	_, known := f.fields[at.Field]
	for key, x := range f.fields {
		if x.strength != nil {
			says, parts, t := words.Strength(x.entry.Text)
			colour, _ := tone(t)
			x.strength.Set(says, parts, colour)
		}
		here := text != "" && key == at.Field
		if here {
			x.text.SetText(text)
		}
		show(x.bad, here)
	}
	general := text
	if known {
		general = ""
	}
	setError(f.problem, general)
	f.discard.render(st)
	if text == "" || at.N == f.shown {
		return
	}
	f.shown = at.N
	f.reveal = f.problem
	if known {
		f.reveal = f.fields[at.Field].column
		f.kit.focus(f.fields[at.Field].entry)
	}
}

// settle brings a new error into view, once the page is laid out.
func (f *form) settle() {
	if o := f.reveal; o != nil {
		f.reveal = nil
		f.kit.bring(o)
	}
}

// bringTop scrolls the page until the beginning of an object is to be seen.
func (k *kit) bringTop(o fyne.CanvasObject) {
	if k.keys.Moved != nil {
		k.keys.Moved(o, 0, fyne.Min(o.Size().Height, 160))
	}
}

// bring scrolls the page until an object is to be seen.
func (k *kit) bring(o fyne.CanvasObject) {
	if k.keys.Moved != nil {
		k.keys.Moved(o, 0, o.Size().Height)
	}
}

// discard throws the draft of a page away, after a yes.
type discard struct {
	kit      *kit
	button   *widget.Button
	note     *widget.Text
	question *widget.Card
	answers  answers
	asked    bool
}

func newDiscard(k *kit) *discard {
	d := &discard{kit: k}
	d.button = k.button(lang.L("Discard…"), widget.ButtonQuiet, k.store.AskDiscard)
	d.note = widget.NewMuted(lang.L("Not saved yet. It is only in memory."))
	d.answers = newAnswers(k.button(lang.L("Cancel"), widget.ButtonQuiet, k.store.Cancel), k.button(lang.L("Discard"), widget.ButtonDanger, k.store.Discard))
	d.question = widget.NewBarCard(widget.ToneWarn, widget.NewColumn(10,
		widget.NewBody(lang.L("Discard what you typed here? This cannot be undone.")), d.answers.row))
	d.button.Hide()
	d.note.Hide()
	d.question.Hide()
	return d
}

func (d *discard) render(st state.State) {
	has := len(st.Draft()) > 0
	if !has && (d.button.HasFocus() || d.answers.yes.HasFocus()) {
		d.kit.refocus() // the button goes
	}
	show(d.button, has)
	show(d.note, has && !st.Discarding && st.Form().Saves())
	show(d.question, st.Discarding)
	if st.Discarding && !d.asked {
		d.kit.focus(d.answers.no)
	}
	if !st.Discarding && d.asked && has {
		d.kit.focus(d.button)
	}
	d.asked = st.Discarding
}
