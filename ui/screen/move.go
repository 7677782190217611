package screen

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// exportName is the name that is proposed for an export.
const exportName = "claviger-accounts.age"

// move takes the accounts to another computer and here.
type move struct {
	kit  *kit
	page *widget.Page
	form uint64

	pass, again *widget.Entry
	export      *widget.Button
	exported    *widget.Notice
	exportForm  *form

	theirs     *widget.Entry
	replace    *check
	importing  *widget.Button
	imported   *widget.Notice
	agree      *agree
	importForm *form
	dropped    *widget.Text
	taken      string // what dropped was shown for
}

func newMove(k *kit) page {
	m := &move{kit: k, dropped: widget.NewBody("")}
	s := k.store
	m.pass, m.again, m.theirs = k.password(""), k.password(""), k.password("")
	export := func() {
		passphrase := m.pass.Text
		if s.Move.CanExport(passphrase, m.again.Text) {
			k.files.Save(exportName, func(path string) { s.Move.Export(path, passphrase) })
		}
	}
	bring := func() {
		passphrase := m.theirs.Text
		if dropped := s.State().Move.Dropped; dropped != "" && s.Move.CanImport(passphrase) {
			s.Move.Import(dropped, passphrase, m.replace.Checked)
		} else if s.Move.CanImport(passphrase) {
			k.files.Open([]string{".age"}, func(path string) { s.Move.Import(path, passphrase, m.replace.Checked) })
		}
	}
	m.pass.OnSubmitted = func(string) { k.focus(m.again) }
	m.again.OnSubmitted = func(string) { export() }
	m.theirs.OnSubmitted = func(string) { bring() }
	m.export = k.button(lang.L("Export…"), widget.ButtonPrimary, export)
	m.importing = k.button(lang.L("Import…"), widget.ButtonQuiet, bring)
	m.replace = k.check(lang.L("Replace accounts that differ here"), func(bool) {})
	m.exported, m.imported = widget.NewNotice(widget.ToneOK, "", ""), widget.NewNotice(widget.ToneOK, "", "")
	m.exportForm, m.importForm = newForm(k, nil), newForm(k, nil)
	m.agree = newAgree(k, lang.L("Import"), func() { s.Move.Agree(m.theirs.Text) })
	h := newHead(lang.L("Export and import"), lang.L("One encrypted file with all accounts and client secrets, for another computer or as a backup."))
	m.page = widget.NewPage(h.with(k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)),
		titled(lang.L("Export"),
			widget.NewMuted(lang.L("The file is a copy of your sign-ins. Use each account in one place only: many providers end the session if an old refresh token is used again.")),
			m.exportForm.choose(m.pass, "pass", lang.L("Passphrase for the file"), ""), m.exportForm.field(m.again, "again", lang.L("Confirm passphrase"), "", ""),
			m.exported, m.exportForm.buttons(m.export)),
		titled(lang.L("Import"),
			widget.NewMuted(lang.L("The whole file is checked first. A damaged file changes nothing. You are asked before client secrets are taken over.")),
			m.dropped, m.importForm.field(m.theirs, "theirs", lang.L("Passphrase of the file"), "", ""), m.replace, m.imported, m.agree.notice, m.importForm.problem, widget.NewFlow(10, 10, m.importing)))
	return m
}

func (m *move) object() fyne.CanvasObject { return m.page }
func (m *move) focus() fyne.Focusable     { return m.pass }

func (m *move) render(st state.State) {
	f := st.Move
	if f.Form != m.form {
		m.form = f.Form
		m.exportForm.refill(st.Draft())
		m.importForm.refill(st.Draft())
		m.replace.Set(false)
	}
	setBusy(m.export, f.Exporting, lang.L("Export…"), lang.L("Writing…"))
	setBusy(m.importing, f.Importing, lang.L("Import…"), lang.L("Reading…"))
	enable(m.export, !f.Exporting && !f.Importing)
	enable(m.importing, !f.Exporting && !f.Importing)
	m.exportForm.render(st, f.ExportError, f.ExportAt)
	m.importForm.render(st, f.ImportError, f.ImportAt)
	setGood(m.exported, f.Exported)
	setGood(m.imported, f.Imported)
	m.agree.render(f.Agree)
	m.dropped.SetText(lang.L("The file to import is {{.File}}.", map[string]any{"File": filepath.Base(f.Dropped)}))
	show(m.dropped, f.Dropped != "")
	if f.Dropped != m.taken {
		m.taken = f.Dropped
		if f.Dropped != "" {
			m.kit.focus(m.theirs)
		}
	}
	m.page.Refresh()
	m.exportForm.settle()
	m.importForm.settle()
}

// setGood shows what was done; "" is nothing.
func setGood(n *widget.Notice, text string) {
	n.Set(widget.ToneOK, "", text)
	show(n, text != "")
}

// leave forgets the typed passphrases; the draft fills the page again.
func (m *move) leave() {
	m.form, m.taken = 0, ""
	for _, e := range []*widget.Entry{m.pass, m.again, m.theirs} {
		setEntry(e, "")
	}
	m.replace.Set(false)
}
