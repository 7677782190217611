package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/vault"
)

func (r *runner) vaultRepair() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "repair",
		Short: "Set damaged records aside and restore those that are whole again",
		Long: `Do what check does, and look at every record ever set aside: one that is whole is
restored if its place is free. Lost records are listed with what to do about them,
and the exit code is then 1. Nothing is deleted or overwritten.`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report object")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		v, err := r.Vault()
		if err != nil {
			return err
		}
		report, err := v.Repair(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			err = r.printJSON(report)
		} else {
			err = r.print(repairWords(report))
		}
		if err != nil {
			return err
		}
		if len(report.Lost) > 0 {
			return &exitError{ExitFailed}
		}
		return nil
	})
	return cmd
}

func repairWords(report vault.RepairReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s good.\n", count(report.Good)+map[bool]string{true: " is", false: " are"}[report.Good == 1])
	for _, name := range report.Restored {
		fmt.Fprintf(&b, "Restored: %s\n", clean(name))
	}
	for _, l := range report.Lost {
		fmt.Fprintf(&b, "Lost: %s\n  Kept as: %s\n  Why: %s\n  What to do: %s\n",
			whatWas(l.Name), clean(l.File), clean(l.Reason), whatNow(l.Name))
	}
	for _, file := range report.Superseded {
		fmt.Fprintf(&b, "Kept, but nothing is missing: %s\n", clean(file))
	}
	for _, name := range report.Leftover {
		fmt.Fprintf(&b, "Left over from an interruption, removed: %s\n", clean(name))
	}
	return b.String()
}

// The names of records that are not accounts.
const (
	pictureSuffix = "-picture"
	historySuffix = "-history"
	signOutSuffix = "-signout"
	secretsRecord = "clients"
)

// whatWas says what a record held, as far as its name shows.
func whatWas(name string) string {
	switch {
	case name == secretsRecord:
		return "the client secrets of your providers"
	case strings.HasSuffix(name, pictureSuffix):
		return "the picture of account " + clean(strings.TrimSuffix(name, pictureSuffix))
	case strings.HasSuffix(name, historySuffix):
		return "the history of account " + clean(strings.TrimSuffix(name, historySuffix))
	case strings.HasSuffix(name, signOutSuffix):
		return "the receipt of the sign-out of account " + clean(strings.TrimSuffix(name, signOutSuffix))
	}
	return "account " + clean(name)
}

func whatNow(name string) string {
	const backup = "or restore an export (claviger vault import FILE), or a good copy of this file from a backup, and repair again"
	switch {
	case name == secretsRecord:
		return "set them again in the window or with providers add, " + backup
	case strings.HasSuffix(name, pictureSuffix):
		return "nothing; it comes back with the next sign-in"
	case strings.HasSuffix(name, historySuffix):
		return "nothing: the account and its tokens are not touched, " + backup
	case strings.HasSuffix(name, signOutSuffix):
		return "if its tokens were still to be revoked, remove the app's access on the provider's page, " + backup
	}
	return "sign in again (claviger login PROVIDER), " + backup
}
