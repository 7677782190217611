package cli

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
)

func (r *runner) accounts() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "List your accounts",
		Long: `List your accounts. Nothing is requested from the network: state, name and
groups are as last seen.`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of accounts as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		// Damaged records come as an error beside the good ones: print these,
		// then fail.
		list, tell, err := r.listed(cmd.Context())
		if err != nil && len(list) == 0 {
			return err
		}
		if asJSON {
			if writeErr := r.printJSON(list); writeErr != nil {
				return writeErr
			}
			return err
		}
		tell()
		if len(list) == 0 {
			r.say("No accounts yet. Sign in: claviger login demo")
			return nil
		}
		if writeErr := r.table(accountRows(list, time.Now())); writeErr != nil {
			return writeErr
		}
		return err
	})
	cmd.AddCommand(r.accountsRename())
	return cmd
}

// accountRows are the table of accounts. It has a column of labels if one has a label.
func accountRows(list []*auth.Account, now time.Time) [][]string {
	labelled := slices.ContainsFunc(list, func(a *auth.Account) bool { return a.Label != "" })
	row := func(label string, cells ...string) []string {
		if labelled {
			cells = slices.Insert(cells, 1, label)
		}
		return cells
	}
	rows := [][]string{row("LABEL", "ACCOUNT", "PROVIDER", "LOGIN", "NAME", "STATE", "TOKEN EXPIRES")}
	for _, a := range list {
		rows = append(rows, row(a.Label, a.ID, a.Provider, a.User.Login, a.User.Name, stateWords(a.State), until(a.ExpiresAt, now)))
	}
	return rows
}

func (r *runner) accountsRename() *cobra.Command {
	return &cobra.Command{
		Use:   "rename ACCOUNT LABEL",
		Short: "Give an account a name of your own",
		Long: `Give an account a name of your own, which lists show and every command takes
as ACCOUNT. It is kept in the vault with the account, and nothing is sent to
the provider. An empty LABEL takes it away again.`,
		Example: `  claviger accounts rename mira@demo work
  claviger token work
  claviger accounts rename work ""`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage(errors.New(cmd.CommandPath() + " needs an account and its new label; quote one with spaces"))
			}
			return nil
		},
		ValidArgsFunction: r.completeAccounts,
		RunE: r.do(func(cmd *cobra.Command, args []string) error {
			agent, err := r.Agent()
			if err != nil {
				return err
			}
			a, err := r.account(cmd.Context(), agent, args[0])
			if err != nil {
				return err
			}
			now, err := agent.Describe(cmd.Context(), a.ID, func(d *auth.Description) { d.Label = args[1] })
			if err != nil {
				return r.ofAccount(err, a)
			}
			return r.print("The account " + a.ID + " is now called " + title(now) + ".\n")
		}),
	}
}

// listed lists the accounts, by the agent if there is one. tell says what else the
// person should know.
func (r *runner) listed(ctx context.Context) (list []*auth.Account, tell func(), err error) {
	list, warnings, err := r.listedByAgent(ctx)
	if !errors.Is(err, agentclient.ErrNoAgent) {
		return list, func() {
			for _, text := range warnings {
				r.say("%s", text)
			}
		}, err
	}
	agent, err := r.Agent()
	if err != nil {
		return nil, nil, err
	}
	list, err = agent.Summaries(ctx)
	return list, func() {
		r.tellWaiting(ctx, agent)
		if err == nil {
			r.tellDamaged(0)
		}
	}, err
}
