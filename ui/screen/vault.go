package screen

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/claviger/claviger/assets"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// locked asks to unlock the vault.
type locked struct {
	kit    *kit
	page   *widget.Page
	head   head
	form   uint64
	pass   *widget.Entry
	field  fyne.CanvasObject
	unlock *widget.Button
	bad    *widget.Notice
	needed bool
	busy   bool
}

func newLocked(k *kit) page {
	l := &locked{kit: k, head: newHead(lang.L("Claviger is locked"), "")}
	l.pass = k.password("")
	l.pass.OnSubmitted = k.store.Unlock
	l.pass.OnChanged = func(string) { k.store.Typed("", "", "") }
	l.field = field(lang.L("Passphrase"), "", l.pass)
	l.unlock = k.button(lang.L("Unlock"), widget.ButtonPrimary, func() { k.store.Unlock(l.pass.Text) })
	l.bad = widget.NewNotice(widget.ToneBad, "", "")
	l.page = widget.NewPage(narrow(widget.NewColumn(theme.GapLarge, space(60), widget.NewRow(theme.Gap, 1, appIcon(), widget.NewSpace()), l.head.Container,
		widget.NewCard(widget.NewColumn(theme.GapLarge, l.field, l.bad, l.unlock)))))
	return l
}

func (l *locked) object() fyne.CanvasObject { return l.page }

func (l *locked) focus() fyne.Focusable {
	if l.needed {
		return l.pass
	}
	return l.unlock
}

func (l *locked) render(st state.State) {
	f := st.VaultForm
	if f.Form != l.form {
		l.form = f.Form
		setEntry(l.pass, "")
	}
	if l.busy && !f.Busy && f.Error != "" {
		l.pass.TypedShortcut(&fyne.ShortcutSelectAll{}) // what is typed next replaces what was wrong
	}
	l.busy = f.Busy
	l.needed = st.NeedsPassphrase()
	show(l.field, l.needed)
	l.head.text.SetText(st.LockedText())
	setBusy(l.unlock, f.Busy, lang.L("Unlock"), lang.L("One moment…"))
	setError(l.bad, f.Error)
	l.page.Refresh()
}

// appIcon is the program's own icon, if there is no picture to show.
func appIcon() fyne.CanvasObject {
	icon := canvas.NewImageFromResource(fyne.NewStaticResource("claviger.png", assets.IconPNG()))
	icon.FillMode = canvas.ImageFillContain
	icon.SetMinSize(fyne.NewSquareSize(56))
	return icon
}

// leave forgets the typed passphrase.
func (l *locked) leave() { setEntry(l.pass, "") }

// narrow keeps a form in the middle.
func narrow(o fyne.CanvasObject) fyne.CanvasObject {
	return &fyne.Container{Layout: narrowLayout{width: 460}, Objects: []fyne.CanvasObject{o}}
}

type narrowLayout struct{ width float32 }

func (l narrowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (l narrowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := fyne.Min(size.Width, l.width)
	objects[0].Resize(fyne.NewSize(width, size.Height))
	objects[0].Move(fyne.NewPos((size.Width-width)/2, 0))
}

// vaultSetup asks how to protect a new vault without a keyring.
type vaultSetup struct {
	kit     *kit
	page    *widget.Page
	form    uint64
	pass    *widget.Entry
	again   *widget.Entry
	create  *widget.Button
	session *widget.Card
	only    *widget.Button
	fill    *form
	why     *widget.Text
}

func newVaultSetup(k *kit) page {
	v := &vaultSetup{kit: k, why: widget.NewMuted("")}
	s := k.store
	v.pass, v.again = k.password(""), k.password("")
	v.create = k.button(lang.L("Create vault"), widget.ButtonPrimary, func() { s.SetupVault(v.pass.Text, v.again.Text) })
	v.pass.OnSubmitted = func(string) { k.focus(v.again) }
	v.again.OnSubmitted = func(string) { s.SetupVault(v.pass.Text, v.again.Text) }
	v.fill = newForm(k, nil)
	v.only = k.button(lang.L("This session only"), widget.ButtonQuiet, s.ThisSessionOnly)
	v.session = titled(lang.L("Or don't remember me"),
		widget.NewMuted(lang.L("You stay signed in until Claviger quits. Nothing is written to disk.")),
		widget.NewFlow(10, 10, v.only))
	h := newHead(lang.L("Choose a passphrase"), lang.L("Remembered accounts are encrypted. This computer has no keyring for the key, so a passphrase protects it."))
	v.page = widget.NewPage(h.Container, widget.NewCard(widget.NewColumn(10, v.why,
		v.fill.choose(v.pass, "pass", lang.L("Passphrase"), lang.L("At least 8 characters. No one can recover it for you.")),
		v.fill.field(v.again, "again", lang.L("Confirm passphrase"), "", ""),
		v.fill.buttons(v.create, k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)))), v.session)
	return v
}

func (v *vaultSetup) object() fyne.CanvasObject { return v.page }
func (v *vaultSetup) focus() fyne.Focusable     { return v.pass }

func (v *vaultSetup) render(st state.State) {
	f := st.VaultForm
	if f.Form != v.form {
		v.form = f.Form
		v.fill.refill(st.Draft())
	}
	v.why.SetText(lang.L("No keyring: {{.Problem}}.", map[string]any{"Problem": strings.TrimPrefix(st.Vault.KeyringProblem, "no usable keyring: ")}))
	show(v.why, st.Vault.KeyringProblem != "")
	setBusy(v.create, f.Busy, lang.L("Create vault"), lang.L("Creating…"))
	v.fill.render(st, f.Error, f.ErrorAt)
	show(v.session, f.ForSignIn)
	v.page.Refresh()
	v.fill.settle()
}

// leave forgets the typed passphrases; the draft fills the page again.
func (v *vaultSetup) leave() {
	v.form = 0
	setEntry(v.pass, "")
	setEntry(v.again, "")
}

// space is an empty stretch of a height.
func space(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}
