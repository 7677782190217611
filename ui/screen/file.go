package screen

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// file shows a provider's file: it is edited, tried on sample answers, copied
// and removed here.
type file struct {
	kit  *kit
	page *widget.Page
	head head
	form uint64

	text   *widget.Entry
	save   *widget.Button
	copy   *widget.Button
	export *widget.Button
	remove *widget.Button
	status *widget.Notice
	agree  *agree

	discard  *discard
	question *widget.Card
	asked    *widget.Text
	answers  answers
	wasAsked bool

	mappings *fyne.Container
	chips    []*widget.ToggleChip
	made     string
	reads    *widget.Text
	sample   *widget.Entry
	result   *widget.KeyValue
	wrong    *widget.Notice
}

func newFile(k *kit) page {
	f := &file{kit: k, head: newHead("", "")}
	s := k.store
	f.text = k.textArea("", 16)
	f.text.OnChanged = s.File.Type
	f.save = k.button(lang.L("Save"), widget.ButtonPrimary, s.File.Save)
	f.copy = k.button(lang.L("Duplicate"), widget.ButtonQuiet, s.File.Duplicate)
	f.export = k.button(lang.L("Export…"), widget.ButtonQuiet, func() {
		if p := s.State().File.Provider; p != nil {
			k.files.Save(p.ID+".toml", s.File.Export)
		}
	})
	f.remove = k.button(lang.L("Remove…"), widget.ButtonDanger, s.File.AskRemove)
	f.status = widget.NewNotice(widget.ToneSoft, "", "")
	f.agree = newAgree(k, lang.L("Save"), s.File.Agree)
	f.asked = widget.NewBody("")
	f.discard = newDiscard(k)
	f.answers = newAnswers(k.button(lang.L("Cancel"), widget.ButtonQuiet, s.Cancel), k.button(lang.L("Remove"), widget.ButtonDanger, s.File.Remove))
	f.question = widget.NewBarCard(widget.ToneWarn, widget.NewColumn(10, f.asked, f.answers.row))
	f.mappings = widget.NewFlow(6, 6)
	f.reads = widget.NewMuted("")
	f.sample = k.textArea(`{"id": 7, "name": "Mira Osei"}`, 5)
	f.sample.OnChanged = s.File.TypeSample
	f.result = k.keyValue(150, false)
	f.wrong = widget.NewNotice(widget.ToneWarn, "", "")
	f.page = widget.NewPage(
		f.head.Container,
		f.question,
		widget.NewCard(widget.NewColumn(theme.Gap, f.text, f.status, f.agree.notice,
			widget.NewFlow(10, 10, f.save, f.copy, f.export, f.remove, k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel), f.discard.button), f.discard.question)),
		titled(lang.L("Try a mapping"), widget.NewMuted(lang.L("Paste a response from the provider to see what is read from it. Nothing is sent.")),
			f.mappings, widget.NewCopyArea(f.reads), f.sample, f.result, f.wrong),
	)
	return f
}

func (f *file) object() fyne.CanvasObject { return f.page }
func (f *file) focus() fyne.Focusable     { return f.text }

func (f *file) render(st state.State) {
	v := st.File
	if v.Provider == nil {
		return
	}
	f.head.title.SetText(lang.L("{{.Provider}}: provider file", map[string]any{"Provider": v.Provider.Name}))
	if v.Provider.Own() {
		f.head.text.SetText(v.Provider.Origin)
	} else {
		f.head.text.SetText(lang.L("Built in. Your changes are saved in a file that extends it."))
	}
	if v.Form != f.form {
		f.form = v.Form
		setEntry(f.text, v.Text)
		setEntry(f.sample, v.Sample)
		f.page.ScrollToTop()
	}
	setBusy(f.save, v.Busy, lang.L("Save"), lang.L("Saving…"))
	enable(f.save, !v.Busy && v.Changed() && len(v.Problems) == 0)
	enable(f.copy, !v.Busy)
	show(f.remove, v.Provider.Own())
	f.renderStatus(v)
	f.agree.render(v.Agree)
	f.renderQuestion(v)
	f.discard.render(st)
	f.renderPreview(v)
	f.page.Refresh()
}

// renderStatus says how it stands with the text, always, so that nothing moves
// when that changes.
func (f *file) renderStatus(v state.FilePage) {
	switch bad := firstOf(v.Error, strings.Join(v.Problems, "\n")); {
	case bad != "":
		f.status.Set(widget.ToneBad, "", bad)
	case v.Changed():
		f.status.Set(widget.ToneOK, "", lang.L("Valid. Not saved yet: it is only in memory."))
	default:
		f.status.Set(widget.ToneSoft, "", lang.L("Saved. The client secret is never in this file."))
	}
}

func (f *file) renderQuestion(v state.FilePage) {
	text := lang.L("Remove {{.Provider}}? Its file and its client secret are deleted.", map[string]any{"Provider": v.Provider.Name})
	if v.Accounts > 0 {
		text += " " + lang.L("Accounts signed in with it stay, but cannot be refreshed. Sign out of them first to revoke their access.")
	}
	f.asked.SetText(text)
	enable(f.answers.yes, !v.Busy)
	show(f.question, v.Removing)
	if v.Removing && !f.wasAsked {
		f.page.ScrollToTop()
		f.kit.focus(f.answers.no)
	}
	f.wasAsked = v.Removing
}

func (f *file) renderPreview(v state.FilePage) {
	var names []string
	for _, m := range v.Mappings {
		names = append(names, m.Name)
	}
	if made := strings.Join(names, "\n"); made != f.made {
		f.made = made
		f.chips, f.mappings.Objects = nil, nil
		for i, name := range names {
			c := f.kit.chip(name, false, func(bool) { f.kit.store.File.ChooseMapping(i) })
			f.chips = append(f.chips, c)
			f.mappings.Objects = append(f.mappings.Objects, c)
		}
		widget.LinkArrows(f.mappings, f.kit.focus, nil)
		f.mappings.Refresh()
	}
	for i, c := range f.chips {
		c.Set(names[i], i == v.Mapping)
	}
	f.reads.SetText("")
	if v.Mapping < len(v.Mappings) {
		m := v.Mappings[v.Mapping]
		source := map[string]any{"Source": from(m.From)}
		reads := lang.L("Reads details from {{.Source}}.", source)
		if m.Groups {
			reads = lang.L("Reads groups from {{.Source}}.", source)
		}
		f.reads.SetText(reads)
	}
	f.result.Set(pairs(v.Preview.Lines))
	show(f.result, len(v.Preview.Lines) > 0)
	f.wrong.Set(widget.ToneWarn, "", v.Preview.Error)
	show(f.wrong, v.Preview.Error != "")
}

// from says in words what a mapping reads.
func from(place string) string {
	switch place {
	case "id_token":
		return lang.L("the ID token's claims")
	case "userinfo":
		return lang.L("the userinfo response")
	}
	return place
}

// leave forgets the sample, which may be a real answer.
func (f *file) leave() {
	setEntry(f.sample, "")
	f.form = 0
}
