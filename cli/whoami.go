package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
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
		a, failed, err := r.known(cmd.Context(), first(args), refresh)
		if err != nil {
			return err
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

// known finds an account. With check, the provider is asked first; what is known is
// returned all the same if that failed.
func (r *runner) known(ctx context.Context, name string, check bool) (a *auth.Account, failed, err error) {
	if !check {
		a, err = r.foundByAgent(ctx, name)
		if !errors.Is(err, agentclient.ErrNoAgent) {
			return a, nil, err
		}
	}
	agent, err := r.Agent()
	if err != nil {
		return nil, nil, err
	}
	a, err = r.account(ctx, agent, name)
	if err != nil || !check {
		return a, nil, err
	}
	fresh, failed := agent.Check(ctx, a.ID)
	failed = r.inProvider(failed, a.Provider, "")
	if fresh == nil {
		fresh, err = agent.Account(ctx, a.ID)
	}
	if err != nil {
		return nil, nil, errors.Join(failed, err)
	}
	return fresh, failed, nil
}
