package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
)

func (r *runner) whoami() *cobra.Command {
	var asJSON, refresh, groups bool
	cmd := &cobra.Command{
		Use:   "whoami [ACCOUNT]",
		Short: "Show who is signed in",
		Long: `Show who is signed in: name, email and groups, as last seen. Nothing is
requested from the network unless you use --refresh.

With --groups, show only the groups: what the ID token, userinfo and the API say
about each, and which were gained and lost.`,
		Example: `  claviger whoami
  claviger whoami mira@demo --json
  claviger whoami work --groups --refresh`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the account as JSON")
	cmd.Flags().BoolVar(&refresh, "refresh", false, "check with the provider first")
	cmd.Flags().BoolVar(&groups, "groups", false, "compare what each source says about the groups")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		agent, err := r.Agent()
		if err != nil {
			return err
		}
		a, err := r.account(cmd.Context(), agent, first(args))
		if err != nil {
			return err
		}
		var failed error
		if refresh {
			// What is known is shown all the same; the exit code reports the failure.
			var fresh *auth.Account
			fresh, failed = agent.Check(cmd.Context(), a.ID)
			failed = r.inProvider(failed, a.Provider, "")
			if fresh == nil {
				fresh, err = agent.Account(cmd.Context(), a.ID)
			}
			if err != nil {
				return errors.Join(failed, err)
			}
			a = fresh
		}
		switch {
		case asJSON:
			err = r.printJSON(a)
		case groups:
			err = r.showGroups(a)
		default:
			err = r.showAccount(a, time.Now())
		}
		if err != nil {
			return err
		}
		return failed
	})
	return cmd
}
