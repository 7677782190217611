package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// device shows a sign-in with a code.
type device struct {
	kit   *kit
	page  *widget.Page
	head  head
	code  *widget.Text
	link  *widget.Text
	left  *widget.Text
	steps *widget.StepList
	qr    *widget.QR
	card  *widget.Card
	open  *widget.Button
	copy  *widget.Button
}

func newDevice(k *kit) page {
	d := &device{kit: k, head: newHead(lang.L("Sign in with a code"), ""), steps: k.steps()}
	s := k.store
	d.code = widget.NewText("", widget.TextStyle{Size: theme.SizeCode, Bold: true, Mono: true})
	d.link = widget.NewMono("")
	d.left = widget.NewMuted("")
	d.open = k.button(lang.L("Open the page here"), widget.ButtonPrimary, func() {
		if c := s.State().Flow.Device; c != nil {
			s.OpenURL(firstOf(c.VerificationURIComplete, c.VerificationURI))
		}
	})
	d.copy = k.button(lang.L("Copy code"), widget.ButtonQuiet, func() {
		if c := s.State().Flow.Device; c != nil {
			s.CopyText(c.UserCode, lang.L("Code"))
		}
	})
	d.qr = widget.NewQR(lang.L("QR code with the page's address"))
	d.card = widget.NewCard(widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 400},
		widget.NewColumn(theme.GapSmall,
			widget.NewMuted(lang.L("1. On any device, open this page or scan the QR code")), widget.NewInset(widget.NewCopyArea(d.link)),
			widget.NewMuted(lang.L("2. Enter this code")), widget.NewInset(widget.NewCopyArea(widget.NewCentre(d.code), d.code)), d.left),
		d.qr))
	d.page = widget.NewPage(d.head.Container, d.card,
		widget.NewFlow(10, 10, d.open, d.copy, k.button(lang.L("Copy link"), widget.ButtonQuiet, s.SignIn.CopyLink),
			k.button(lang.L("Use this browser instead"), widget.ButtonQuiet, s.SignIn.UseBrowser),
			k.button(lang.L("Cancel"), widget.ButtonQuiet, s.Cancel)),
		widget.NewCard(d.steps))
	return d
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (d *device) object() fyne.CanvasObject { return d.page }
func (d *device) focus() fyne.Focusable     { return d.copy }

func (d *device) render(st state.State) {
	f := st.Flow
	if f.Provider == nil {
		return
	}
	text := lang.L("{{.Provider}} asks for a code. Enter it only if you started this sign-in yourself. This page updates automatically.", map[string]any{"Provider": f.Provider.Name})
	if f.Joining() {
		text = elsewhere()
	}
	d.head.text.SetText(text)
	d.steps.Set(steps(f.Rows(st.Now)))
	known := f.Device != nil
	if d.copy.Disabled() && known {
		d.copy.Enable()
		d.kit.focus(d.copy)
	}
	enable(d.open, known)
	enable(d.copy, known)
	if known {
		d.code.SetText(f.Device.UserCode)
		d.link.SetText(f.Device.VerificationURI)
		d.qr.Set(firstOf(f.Device.VerificationURIComplete, f.Device.VerificationURI))
		d.left.SetText(lang.L("The code expires in {{.Time}}.", map[string]any{"Time": words.Countdown(f.Device.ExpiresAt.Sub(st.Now))}))
	} else {
		d.code.SetText("····")
		d.link.SetText("…")
		d.qr.Set("")
		d.left.SetText(lang.L("Requesting a code…"))
	}
	d.page.Refresh()
}

// leave stops the dots and forgets the code.
func (d *device) leave() {
	d.steps.Set(nil)
	d.qr.Set("")
}
