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
func (x *File) AskRemove() {
	x.update(func(st *State) { st.File.Removing = st.File.Provider != nil && st.File.Provider.Own() })
}

// Remove takes the provider away, with its client secret. Accounts stay.
func (x *File) Remove() {
	f := x.st.File
	if f.Provider == nil || f.Busy || !f.Removing {
		return
	}
	x.update(func(st *State) { st.File.Busy, st.File.Error = true, "" })
	x.run(slotFile, func(j *job) {
		id, kept := f.Provider.ID, x.hasVault(j)
		var access register.Access
		var err, secretErr error
		if kept {
			access, err = x.sv.Registration(j, id)
		}
		if err == nil {
			err = x.sv.Own.Remove(id)
		}
		there, kind := "", NoticeGood
		if err == nil && kept {
			if f.Provider.Client.SecretUse != "none" {
				secretErr = x.sv.SaveSecret(j, id, providers.Secret{})
			}
			there, kind = x.deregister(j, f.Provider, access)
		}
		j.commit(func(st *State) {
			st.File.Busy, st.File.Removing = false, false
			if isLocked(err) {
				x.lockedNow(st)
				return
			}
			if err != nil {
				st.File.Error = x.fileWords(err)
				return
			}
			x.loadProviders()
			saved(st, formFile+Form(id), formSetup+Form(id))
			x.goTo(st, RouteWelcome)
			if secretErr != nil {
				x.setNotice(st, NoticeWarn, lang.L("{{.Provider}} was removed, but its client secret is still in the vault.", map[string]any{"Provider": f.Provider.Name})+" "+words.OneLine(x.explain(secretErr, nil, "")))
				return
			}
			x.setNotice(st, kind, strings.TrimSpace(lang.L("{{.Provider}} was removed.", map[string]any{"Provider": f.Provider.Name})+" "+there))
		})
	})
}

// hasVault reports whether there is a vault that could hold a secret.
func (x *File) hasVault(ctx context.Context) bool {
	st, err := x.sv.Vault.Status(ctx)
	return err == nil && st.Protection != vault.None
}

// deregister ends the registration of a provider that was removed, and says in
// words what came of it; "" if this program did not make it.
func (x *File) deregister(ctx context.Context, p *providers.Provider, access register.Access) (text string, kind NoticeKind) {
	says, done := register.Leaving{
		Provider: p, Others: x.sv.Catalog.All(), Access: access, Deregister: x.sv.Deregister, Save: x.sv.SaveRegistration,
	}.Leave(ctx)
	if !done {
		return strings.Join(says, " "), NoticeWarn
	}
	return strings.Join(says, " "), NoticeGood
}
