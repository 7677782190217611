package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/vault"
)

func (r *runner) vaultLock() *cobra.Command {
	var after string
	cmd := &cobra.Command{
		Use:   "lock",
		Short: "Lock the vault for every program until it is unlocked",
		Long: `Lock the vault for every program until it is unlocked. With --after, nothing is
locked now; the vault locks after that time of inactivity.`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&after, "after", "", "lock after `TIME` of inactivity, such as 15m or 8h, or never")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		v, err := r.Vault()
		if err != nil {
			return err
		}
		if cmd.Flags().Changed("after") {
			return r.lockAfter(cmd, v, after)
		}
		if err := v.Lock(cmd.Context()); err != nil {
			return err
		}
		r.say("The vault is locked. Open it again with: claviger vault unlock")
		return nil
	})
	return cmd
}

// The bounds of --after: less than a minute would lock between two commands.
const (
	minLockAfter = time.Minute
	maxLockAfter = 365 * 24 * time.Hour
)

func (r *runner) lockAfter(cmd *cobra.Command, v *vault.Vault, after string) error {
	var d time.Duration
	if after != "never" {
		var err error
		if d, err = time.ParseDuration(after); err != nil || d < minLockAfter || d > maxLockAfter {
			return usage(errors.New("--after takes a time of at least a minute, such as 15m or 8h, or never"))
		}
	}
	if err := v.LockAfter(cmd.Context(), d); err != nil {
		return err
	}
	if d == 0 {
		r.say("The vault does not lock automatically.")
		return nil
	}
	r.say("The vault locks for every program after %s of inactivity.", plain.Whole(d))
	return nil
}

// lockAfterWords says when the vault locks by itself.
func lockAfterWords(st vault.Status) string {
	if st.LockAfter == 0 {
		return ""
	}
	return "after " + plain.Whole(time.Duration(st.LockAfter)*time.Second) + " of inactivity"
}
