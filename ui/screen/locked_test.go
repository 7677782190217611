package screen

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// TestAnotherPassphraseReplacesAWrongOne: who types again would only add to what nobody
// can read.
func TestAnotherPassphraseReplacesAWrongOne(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Vault.Protection, st.Vault.Locked = state.RouteLocked, "passphrase", true
	w.Render(st)
	pass := w.pages[state.RouteLocked].(*locked).pass
	win.Canvas().Focus(pass)
	typed := func(text string) {
		for _, r := range text {
			pass.TypedRune(r)
		}
	}
	typed("wrong")
	st.VaultForm.Busy = true
	w.Render(st)
	st.VaultForm.Busy, st.VaultForm.Error = false, "Wrong passphrase."
	w.Render(st)
	typed("rig")
	w.Render(st) // the same error once more, as the clock ticks
	typed("ht")
	if pass.Text != "right" {
		t.Errorf("%q", pass.Text)
	}
}
