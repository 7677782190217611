package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

func (r *runner) providersRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove PROVIDER",
		Short: "Remove one of your providers and its client secret",
		Long: `Remove one of your providers: its file in providers.d, and its client secret
from the vault. If Claviger registered the app there, that registration is
deleted too; if the provider cannot be reached, run the same command later.
Accounts are kept; to revoke their tokens, sign out of them first.`,
		Args:              exactlyOne,
		ValidArgsFunction: r.completeProviders,
	}
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		return r.removeProvider(cmd.Context(), args[0])
	})
	return cmd
}

func (r *runner) removeProvider(ctx context.Context, id string) error {
	p, err := r.provider(id)
	if err != nil {
		return r.removeLeftOver(ctx, id, err)
	}
	set, err := r.Providers()
	if err != nil {
		return err
	}
	_, st, err := r.lookAtVault(ctx)
	if err != nil {
		return err
	}
	left := 0
	var access register.Access
	if st.Protection != vault.None {
		if left, err = r.accountsOf(ctx, id); err != nil {
			return err
		}
		if access, err = r.Registration(ctx, id); err != nil {
			return err
		}
	}
	if err := set.Remove(id); err != nil {
		return err
	}
	if st.Protection != vault.None {
		if err := r.SaveSecret(ctx, id, providers.Secret{}); err != nil {
			return err
		}
	}
	r.say("Removed %s.", p.ID)
	if err := r.deregister(ctx, p, access, set.All()); err != nil {
		return err
	}
	if now, ok := set.Lookup(id); ok {
		r.say("The built-in provider %s has its default settings again.", now.Name)
		return nil
	}
	if left > 0 {
		r.say("Accounts that remain and can no longer be refreshed: %d. Remove them with claviger logout --local.", left)
	}
	return nil
}

// registrationsRecord is the vault's record of the access to registrations.
const registrationsRecord = "registrations"

// removeLeftOver deletes the registration of a provider that is gone already, if that
// failed when it was removed; missing is why there is no such provider.
func (r *runner) removeLeftOver(ctx context.Context, id string, missing error) error {
	v, err := r.Vault()
	if err != nil {
		return missing
	}
	// A mistyped ID is no reason to ask for a passphrase.
	if names, err := v.List(ctx); err != nil || !slices.Contains(names, registrationsRecord) {
		return missing
	}
	access, err := r.Registration(ctx, id)
	if err != nil || access.IsZero() {
		return missing
	}
	set, err := r.Providers()
	if err != nil {
		return err
	}
	return r.deregister(ctx, &providers.Provider{ID: id, Name: id}, access, set.All())
}

// accountsOf counts the remembered accounts of a provider.
func (r *runner) accountsOf(ctx context.Context, id string) (int, error) {
	agent, err := r.Agent()
	if err != nil {
		return 0, err
	}
	list, err := agent.Summaries(ctx)
	if err != nil && len(list) == 0 {
		return 0, err
	}
	n := 0
	for _, a := range list {
		if a.Provider == id {
			n++
		}
	}
	return n, nil
}
