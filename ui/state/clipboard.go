package state

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
)

// CopyText copies something that is no secret; what names it.
func (s *Store) CopyText(text, what string) {
	if text == "" {
		return
	}
	s.forgetCopied()
	s.sv.Clipboard.SetContent(text)
	s.notify(NoticeGood, lang.L("{{.What}} copied.", map[string]any{"What": what}))
}

// copySecret copies a secret and takes it from the clipboard after a while,
// unless something else is there by then.
func (s *Store) copySecret(secret providers.Secret, what string) {
	s.forgetCopied()
	s.copied = secret.Reveal()
	s.sv.Clipboard.SetContent(s.copied)
	after := s.st.Settings.ClipboardSeconds
	if after <= 0 {
		s.notify(NoticeGood, lang.L("{{.What}} copied.", map[string]any{"What": what}))
		return
	}
	text := lang.N("{{.What}} copied. The clipboard is cleared in {{.Count}} seconds.", after, map[string]any{"What": what, "Count": after})
	s.notify(NoticeGood, text)
	s.run(slotClip, func(j *job) {
		t := time.NewTimer(time.Duration(after) * time.Second)
		defer t.Stop()
		select {
		case <-j.Done():
		case <-t.C:
			j.do(func() {
				s.clearCopied()
				s.retract(text)
			})
		}
	})
}

// clearCopied empties the clipboard if our secret is still there.
func (s *Store) clearCopied() {
	if s.copied != "" && s.sv.Clipboard.Content() == s.copied {
		s.sv.Clipboard.SetContent("")
	}
	s.forgetCopied()
}

// forgetCopied ends the wait for clearing.
func (s *Store) forgetCopied() {
	s.drop(slotClip)
	s.copied = ""
}

// ClearClipboard takes a copied secret away, for when the window closes.
func (s *Store) ClearClipboard() { s.clearCopied() }
