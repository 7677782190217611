package screen

import (
	"fyne.io/fyne/v2"

	"claviger/ui/state"
	"claviger/ui/widget"
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
	exportBad   *widget.Notice

	theirs    *widget.Entry
	replace   *check
	importing *widget.Button
	imported  *widget.Notice
	importBad *widget.Notice
}

func newMove(k *kit) page {
	m := &move{kit: k}
	s := k.store
	m.pass, m.again, m.theirs = k.password(""), k.password(""), k.password("")
	export := func() {
		passphrase := m.pass.Text
		if s.CanExport(passphrase, m.again.Text) {
			k.files.Save(exportName, func(path string) { s.ExportVault(path, passphrase) })
		}
	}
	bring := func() {
		passphrase := m.theirs.Text
		if s.CanImport(passphrase) {
			k.files.Open([]string{".age"}, func(path string) { s.ImportVault(path, passphrase, m.replace.Checked) })
		}
	}
	m.pass.OnSubmitted = func(string) { k.focus(m.again) }
	m.again.OnSubmitted = func(string) { export() }
	m.theirs.OnSubmitted = func(string) { bring() }
	m.export = k.button("Export…", widget.ButtonPrimary, export)
	m.importing = k.button("Import…", widget.ButtonPrimary, bring)
	m.replace = k.check("Replace accounts that are here with other contents", func(bool) {})
	m.exported, m.imported = widget.NewNotice(widget.ToneOK, "", ""), widget.NewNotice(widget.ToneOK, "", "")
	m.exportBad, m.importBad = widget.NewNotice(widget.ToneBad, "", ""), widget.NewNotice(widget.ToneBad, "", "")
	h := newHead("Export and import", "One age file with all accounts and client secrets, for another computer or a bad day.")
	m.page = widget.NewPage(h.Container,
		titled("Take them along",
			widget.NewMuted("The file is a copy of your sign-ins. Use each account in one place only: many providers end the session where an old refresh token comes again."),
			field("Passphrase for the file", "", m.pass), field("Once more", "", m.again), m.exportBad, m.exported, widget.NewFlow(10, 10, m.export)),
		titled("Bring them here",
			widget.NewMuted("All of the file is checked first. One that is cut or changed changes nothing."),
			field("Passphrase of the file", "", m.theirs), m.replace, m.importBad, m.imported, widget.NewFlow(10, 10, m.importing)),
		widget.NewFlow(10, 10, k.button("Back", widget.ButtonQuiet, s.Cancel)))
	return m
}

func (m *move) object() fyne.CanvasObject { return m.page }
func (m *move) focus() fyne.Focusable     { return m.pass }

func (m *move) render(st state.State) {
	f := st.Move
	if f.Form != m.form {
		m.form = f.Form
		m.leave()
	}
	setBusy(m.export, f.Exporting, "Export…", "Writing…")
	setBusy(m.importing, f.Importing, "Import…", "Reading…")
	enable(m.export, !f.Exporting && !f.Importing)
	enable(m.importing, !f.Exporting && !f.Importing)
	setError(m.exportBad, f.ExportError)
	setError(m.importBad, f.ImportError)
	setGood(m.exported, f.Exported)
	setGood(m.imported, f.Imported)
	m.page.Refresh()
}

// setGood shows what was done; "" is nothing.
func setGood(n *widget.Notice, text string) {
	n.Set(widget.ToneOK, "", text)
	show(n, text != "")
}

// leave forgets the typed passphrases.
func (m *move) leave() {
	for _, e := range []*widget.Entry{m.pass, m.again, m.theirs} {
		setEntry(e, "")
	}
	m.replace.set(false)
}
