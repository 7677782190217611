package state

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
)

// CopyText copies something that is no secret; what names it.
func (b *base) CopyText(text, what string) {
	if text == "" {
		return
	}
	b.forgetCopied()
	b.sv.Clipboard.SetContent(text)
	b.notify(NoticeGood, lang.L("{{.What}} copied.", map[string]any{"What": what}))
}

// copySecret copies a secret and takes it from the clipboard after a while,
// unless something else is there by then.
func (b *base) copySecret(secret providers.Secret, what string) {
	b.forgetCopied()
	b.copied = secret.Reveal()
	b.sv.Clipboard.SetContent(b.copied)
	text, after := b.st.copied(what), b.st.Settings.ClipboardSeconds
	b.notify(NoticeGood, text)
	if after <= 0 {
		return
	}
	b.later(slotClip, time.Duration(after)*time.Second, func() {
		b.clearCopied()
		b.retract(text)
	})
}

// copied says that a secret was copied, and for how long it is there.
func (s State) copied(what string) string {
	after := s.Settings.ClipboardSeconds
	if after <= 0 {
		return lang.L("{{.What}} copied.", map[string]any{"What": what})
	}
	return lang.N("{{.What}} copied. The clipboard is cleared in {{.Count}} seconds.", after, map[string]any{"What": what, "Count": after})
}

// clearCopied empties the clipboard if our secret is still there.
func (b *base) clearCopied() {
	secret := b.copied
	b.forgetCopied()
	if secret == "" || b.sv.Clipboard.Content() != secret {
		return
	}
	b.sv.Clipboard.SetContent("")
	b.later(slotClip, putBack, func() { b.replaceCopied(secret) })
}

// putBack is how long a clipboard manager has to put back what was cleared.
const putBack = time.Second

// replaceCopied puts something else in place of a secret that a clipboard manager put
// back: many do not let the clipboard be empty.
func (b *base) replaceCopied(secret string) {
	if b.sv.Clipboard.Content() != secret {
		return
	}
	b.sv.Clipboard.SetContent(" ")
	b.notify(NoticeWarn, lang.L("A clipboard manager put the copied secret back. It is out of the clipboard now, but the manager may still have it: clear its history."))
}

// forgetCopied ends the wait for clearing.
func (b *base) forgetCopied() {
	b.drop(slotClip)
	b.copied = ""
}

// ClearClipboard takes a copied secret away, for when the window closes.
func (b *base) ClearClipboard() { b.clearCopied() }
