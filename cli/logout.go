package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
)

func (r *runner) logout() *cobra.Command {
	var all, local, browser bool
	cmd := &cobra.Command{
		Use:   "logout [ACCOUNT]",
		Short: "Sign out of an account and revoke its tokens",
		Long: `Sign out of an account: remove it from this computer and revoke its tokens at
the provider. A failed revocation is reported and never keeps the account here;
if the provider cannot be reached, it is retried later (claviger receipts). With
--browser, the provider's session in the browser ends too.`,
		Example: `  claviger logout work
  claviger logout --all --local`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().BoolVar(&all, "all", false, "sign out of all accounts")
	cmd.Flags().BoolVar(&local, "local", false, "remove it here only, without contacting the provider")
	cmd.Flags().BoolVar(&browser, "browser", false, "also end the provider's session in the browser")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if all && len(args) > 0 {
			return usage(errors.New("use ACCOUNT or --all, not both"))
		}
		return r.signOut(cmd.Context(), first(args), all, auth.SignOutOptions{Revoke: !local, EndSession: browser})
	})
	return cmd
}

func (r *runner) signOut(ctx context.Context, name string, all bool, o auth.SignOutOptions) error {
	agent, err := r.Agent()
	if err != nil {
		return err
	}
	var list []*auth.Account
	var failed error
	if all {
		// The error names damaged records; the others are signed out.
		if list, failed = agent.Summaries(ctx); len(list) == 0 && failed == nil {
			r.say("There are no accounts.")
		}
	} else {
		a, err := r.account(ctx, agent, name)
		if err != nil {
			return err
		}
		list = []*auth.Account{a}
	}
	book, err := r.book()
	if err != nil {
		return err
	}
	now := time.Now()
	for i, a := range list {
		receipt, err := agent.SignOut(ctx, a.ID, o)
		if err != nil {
			failed = errors.Join(failed, r.inProvider(err, a.Provider, ""))
			continue
		}
		failed = errors.Join(failed, book.SignedOut(ctx, a.ID))
		if err := r.showReceipt(receipt, i > 0, now); err != nil {
			return err
		}
	}
	if o.Revoke {
		r.retryDue(ctx, agent)
	}
	return failed
}
