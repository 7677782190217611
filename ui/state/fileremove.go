package state

import (
	"context"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// AskRemove asks whether the provider shall be removed.
func (s *Store) AskRemove() {
	s.update(func(st *State) { st.File.Removing = st.File.Provider != nil && st.File.Provider.Own() })
}

// Remove takes the provider away, with its client secret. Accounts stay.
func (s *Store) Remove() {
	f := s.st.File
	if f.Provider == nil || f.Busy || !f.Removing {
		return
	}
	s.update(func(st *State) { st.File.Busy, st.File.Error = true, "" })
	s.run(slotFile, func(j *job) {
		id, kept := f.Provider.ID, s.hasVault(j)
		var access register.Access
		var err, secretErr error
		if kept {
			access, err = s.sv.Registration(j, id)
		}
		if err == nil {
			err = s.sv.Own.Remove(id)
		}
		there, kind := "", NoticeGood
		if err == nil && kept {
			if f.Provider.Client.SecretUse != "none" {
				secretErr = s.sv.SaveSecret(j, id, providers.Secret{})
			}
			there, kind = s.deregister(j, f.Provider, access)
		}
		j.commit(func(st *State) {
			st.File.Busy, st.File.Removing = false, false
			if isLocked(err) {
				s.lockedNow(st)
				return
			}
			if err != nil {
				st.File.Error = s.fileWords(err)
				return
			}
			s.loadProviders()
			saved(st, formFile+Form(id), formSetup+Form(id))
			s.goTo(st, RouteWelcome)
			if secretErr != nil {
				s.setNotice(st, NoticeWarn, lang.L("{{.Provider}} was removed, but its client secret is still in the vault.", map[string]any{"Provider": f.Provider.Name})+" "+words.OneLine(s.explain(secretErr, nil, "")))
				return
			}
			s.setNotice(st, kind, strings.TrimSpace(lang.L("{{.Provider}} was removed.", map[string]any{"Provider": f.Provider.Name})+" "+there))
		})
	})
}

// hasVault reports whether there is a vault that could hold a secret.
func (s *Store) hasVault(ctx context.Context) bool {
	st, err := s.sv.Vault.Status(ctx)
	return err == nil && st.Protection != vault.None
}
