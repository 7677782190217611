package screen

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// vaultSettings say where the accounts are, and what it takes to open them.
type vaultSettings struct {
	page    *widget.Page
	facts   *widget.KeyValue
	locks   *choices[time.Duration]
	locking fyne.CanvasObject
	noLock  *widget.Text
}

func newVaultSettings(k *kit) settingsPart {
	s := &vaultSettings{facts: k.keyValue(0, true)}
	s.locks = newChoices(k, []time.Duration{0, 5 * time.Minute, 15 * time.Minute, time.Hour, 8 * time.Hour},
		func(after time.Duration) string { return orNever(after, words.Whole) }, k.store.Protect.LockAfter)
	s.locking = field(lang.L("Lock after inactivity"), lang.L("Locks for every program on this computer. Refreshing tokens in the background does not count as activity."), s.locks.row)
	s.noLock = widget.NewMuted(lang.L("The keyring unlocks the vault without asking, so there is nothing to lock. Add a passphrase to lock it."))
	s.page = widget.NewSubpage(titled(lang.L("Vault"), s.facts, s.locking, s.noLock, widget.NewFlow(10, 10,
		k.button(lang.L("Passphrase and keyring…"), widget.ButtonQuiet, k.store.Protect.Open),
		k.button(lang.L("Export and import…"), widget.ButtonQuiet, k.store.Move.Open),
		k.button(lang.L("Sign-outs…"), widget.ButtonQuiet, k.store.Queue.Open))))
	return s
}

func (s *vaultSettings) object() fyne.CanvasObject { return s.page }

func (s *vaultSettings) render(st state.State) {
	s.facts.Set(pairs(words.VaultPairs(st.Vault)))
	s.locks.set(time.Duration(st.Vault.LockAfter) * time.Second)
	show(s.locking, st.CanLock())
	show(s.noLock, st.Vault.Protection != "" && !st.CanLock())
	s.page.Refresh()
}
