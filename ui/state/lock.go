package state

import (
	"errors"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// VaultForm is the pages Locked and VaultSetup.
type VaultForm struct {
	Form    uint64
	Busy    bool
	Error   string
	ErrorAt ErrorAt
	// ForSignIn reports that a sign-in goes on afterwards.
	ForSignIn bool
}

// Lock drops the vault's key and everything that came out of the vault.
func (s *Store) Lock() {
	if s.st.Route == RouteLocked || s.st.Vault.Protection == vault.None {
		return
	}
	if !s.st.CanLock() {
		s.notify(NoticeInfo, lang.L("The keyring unlocks the vault without asking. Add a passphrase in Settings to lock it."))
		return
	}
	finish := s.finishUndoWithin()
	s.update(s.lockedNow)
	s.drop(slotWatch) // the vault is still open
	changed := s.Protect.changed
	s.run(slotVault, func(j *job) {
		finish(j)
		err := s.sv.Vault.Lock(j)
		if changed != nil {
			<-changed // the passphrase that it proves opens the vault again
			err = s.sv.Vault.Lock(j)
		}
		status, statusErr := s.sv.Vault.Status(j)
		j.commit(func(st *State) {
			if statusErr == nil {
				st.Vault = status
			}
			st.VaultForm.Busy = false
			s.watchUnlock()
			if err != nil {
				st.VaultForm.Error = lang.L("Locking failed: {{.Problem}}", map[string]any{"Problem": words.OneLine(s.explain(err, nil, ""))})
			}
		})
	})
}

// forget drops what came out of the vault.
func (s *Store) forget(st *State) {
	// Passphrases are the vault's; the rest was typed and came out of nowhere else.
	saved(st, Form(RouteVaultSetup), Form(RouteProtect), Form(RouteMove))
	for _, in := range []slot{slotAccounts, slotWatch, slotStatus, slotCheck, slotSignOut, slotSetup, slotUndoing} {
		s.drop(in)
	}
	if finish := s.takeUndo(st); finish != nil {
		s.spawn(finish) // it waits in the vault
	}
	s.after, s.opening = nil, false
	s.clearCopied()
	st.Accounts, st.Unread = nil, false
	st.Selected = ""
	st.Busy = map[string]string{}
	st.Pictures = map[string][]byte{}
	st.SignOut = nil
	st.Search, st.GroupFilter = "", "" // the palette filters by a group of the account
}

func (s *Store) showLocked(st *State) {
	s.Consent.end(consentReply{err: vault.ErrLocked})
	st.VaultForm = VaultForm{Form: s.nextForm()}
	st.Vault.Locked = true
	s.goTo(st, RouteLocked)
	s.watchUnlock()
}

// LockedText says what opens the locked vault.
func (s State) LockedText() string {
	switch {
	case s.NeedsPassphrase():
		return lang.L("Your accounts are encrypted. Your passphrase unlocks them, for programs too.")
	case s.Vault.Protection == vault.File:
		return lang.L("Your accounts are encrypted. The key file on this computer unlocks them, for programs too.")
	}
	return lang.L("Your accounts are encrypted. Your computer's keyring holds the key, so no passphrase is needed.")
}

// Unlock opens the vault with a passphrase, which is ignored by a protection that
// has none.
func (s *Store) Unlock(passphrase string) {
	if s.st.Route != RouteLocked || s.st.VaultForm.Busy {
		return
	}
	if s.st.NeedsPassphrase() && passphrase == "" {
		s.update(func(st *State) { st.VaultForm.Error = lang.L("Enter your passphrase.") })
		return
	}
	s.update(func(st *State) { st.VaultForm.Busy, st.VaultForm.Error = true, "" })
	s.run(slotVault, func(j *job) {
		err := s.sv.Vault.Unlock(j, passphrase)
		status, statusErr := s.sv.Vault.Status(j)
		j.do(func() {
			s.update(func(st *State) {
				st.VaultForm.Busy = false
				if statusErr == nil {
					st.Vault = status
				}
				if err != nil {
					st.VaultForm.Error = words.OneLine(s.explain(err, nil, ""))
				}
			})
			if err == nil {
				status.Locked = false
				s.opened(status)
			}
		})
	})
}

// SetupVault makes the vault's key, protected by a passphrase or, with "", by
// the keyring, and goes on with the sign-in that needed it.
func (s *Store) SetupVault(passphrase, again string) {
	if s.st.VaultForm.Busy {
		return
	}
	if field, problem := checkPassphrase(passphrase, again); problem != "" {
		s.update(func(st *State) { st.VaultForm.Error, st.VaultForm.ErrorAt = problem, s.at(field) })
		return
	}
	s.update(func(st *State) { st.VaultForm.Busy, st.VaultForm.Error = true, "" })
	s.run(slotVault, func(j *job) {
		err := s.sv.Vault.Setup(j, passphrase)
		status, statusErr := s.sv.Vault.Status(j)
		j.do(func() {
			forSignIn := s.st.VaultForm.ForSignIn
			s.update(func(st *State) {
				st.VaultForm.Busy = false
				if statusErr == nil {
					st.Vault = status
				}
				switch {
				case err != nil:
					st.VaultForm.Error, st.VaultForm.ErrorAt = words.OneLine(s.explain(err, nil, "")), s.at("")
				case !forSignIn:
					s.goTo(st, RouteSettings)
				}
				if err == nil {
					saved(st, Form(RouteVaultSetup))
				}
			})
			if err == nil {
				s.reload(nil) // what was read while it was not open is out of date
			}
			if err == nil && forSignIn && s.st.Route == RouteVaultSetup {
				s.SignIn.begin(s.st.Flow.Provider, s.st.Flow.Request)
			}
		})
	})
}

// ThisSessionOnly goes on with the sign-in without remembering the account.
func (s *Store) ThisSessionOnly() {
	p, r := s.st.Flow.Provider, s.st.Flow.Request
	if p == nil {
		return
	}
	r.Remember = false
	s.SignIn.begin(p, r)
}

// checkPassphrase says in words why a new passphrase cannot be taken, and which
// of the fields "pass" and "again" is to blame; "" if it can.
func checkPassphrase(passphrase, again string) (field, problem string) {
	switch {
	case vault.WeakPassphrase(passphrase):
		return "pass", lang.L("Use at least 8 characters. A few words are easy to remember.")
	case passphrase != again:
		return "again", lang.L("The passphrases do not match.")
	}
	return "", ""
}

// isLocked reports whether an error is the vault being locked.
func isLocked(err error) bool {
	var coded interface{ Code() string }
	return errors.As(err, &coded) && coded.Code() == vault.ErrLocked.Code()
}
