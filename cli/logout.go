package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"claviger/auth"
)

func (r *runner) logout() *cobra.Command {
	var all, local, browser bool
	cmd := &cobra.Command{
		Use:   "logout [ACCOUNT]",
		Short: "Forget an account, and revoke its tokens at the provider",
		Long: `Forget an account here, and revoke its tokens at the provider. These are two
things: a revocation that fails is told and never keeps the account from being
forgotten, and one that does not reach the provider waits and is tried again
(claviger receipts). Ending the browser's session is a third, asked for with --browser.`,
		Example: `  claviger logout work
  claviger logout --all --local`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().BoolVar(&all, "all", false, "every account")
	cmd.Flags().BoolVar(&local, "local", false, "forget here only, ask the provider nothing")
	cmd.Flags().BoolVar(&browser, "browser", false, "open the browser to end its session at the provider too")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if all && len(args) > 0 {
			return usage(errors.New("name an ACCOUNT or say --all, not both"))
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
		// Damaged records are told in the error; the others are signed out.
		if list, failed = agent.Accounts(ctx); len(list) == 0 && failed == nil {
			r.say("No account is remembered.")
		}
	} else {
		a, err := r.account(ctx, agent, name)
		if err != nil {
			return err
		}
		list = []*auth.Account{a}
	}
	now := time.Now()
	for i, a := range list {
		receipt, err := agent.SignOut(ctx, a.ID, o)
		if err != nil {
			failed = errors.Join(failed, r.inProvider(err, a.Provider, ""))
			continue
		}
		if err := r.showReceipt(receipt, i > 0, now); err != nil {
			return err
		}
	}
	if o.Revoke {
		r.retryDue(ctx, agent)
	}
	return failed
}
