package cli

import (
	"time"

	"github.com/spf13/cobra"
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
		agent, err := r.Agent()
		if err != nil {
			return err
		}
		// Damaged records come as an error beside the good ones: print these,
		// then fail.
		list, err := agent.Accounts(cmd.Context())
		if err != nil && len(list) == 0 {
			return err
		}
		if asJSON {
			if writeErr := r.printJSON(list); writeErr != nil {
				return writeErr
			}
			return err
		}
		r.tellWaiting(cmd.Context(), agent)
		if len(list) == 0 {
			r.say("No accounts yet. Sign in: claviger login demo")
			return nil
		}
		now := time.Now()
		rows := [][]string{{"ACCOUNT", "PROVIDER", "LOGIN", "NAME", "STATE", "TOKEN EXPIRES"}}
		for _, a := range list {
			rows = append(rows, []string{a.ID, a.Provider, a.User.Login, a.User.Name, stateWords(a.State), until(a.ExpiresAt, now)})
		}
		if writeErr := r.table(rows); writeErr != nil {
			return writeErr
		}
		return err
	})
	return cmd
}
