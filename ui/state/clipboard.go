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
	after := b.st.Settings.ClipboardSeconds
	if after <= 0 {
		b.notify(NoticeGood, lang.L("{{.What}} copied.", map[string]any{"What": what}))
		return
	}
	text := lang.N("{{.What}} copied. The clipboard is cleared in {{.Count}} seconds.", after, map[string]any{"What": what, "Count": after})
	b.notify(NoticeGood, text)
	b.run(slotClip, func(j *job) {
		t := time.NewTimer(time.Duration(after) * time.Second)
		defer t.Stop()
		select {
		case <-j.Done():
		case <-t.C:
			j.do(func() {
				b.clearCopied()
				b.retract(text)
			})
		}
	})
}

// clearCopied empties the clipboard if our secret is still there.
func (b *base) clearCopied() {
	if b.copied != "" && b.sv.Clipboard.Content() == b.copied {
		b.sv.Clipboard.SetContent("")
	}
	b.forgetCopied()
}

// forgetCopied ends the wait for clearing.
func (b *base) forgetCopied() {
	b.drop(slotClip)
	b.copied = ""
}

// ClearClipboard takes a copied secret away, for when the window closes.
func (b *base) ClearClipboard() { b.clearCopied() }
