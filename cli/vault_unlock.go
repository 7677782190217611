package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/vault"
)

func (r *runner) vaultUnlock() *cobra.Command {
	var keep time.Duration
	cmd := &cobra.Command{
		Use:   "unlock",
		Short: "Unlock the vault",
		Long: `Unlock the vault. With --for, on Linux, the kernel keeps its key for that time in
your user keyring: no command asks for the passphrase, not even over SSH or in cron
jobs, but every program you run can get the key. It ends when the time is up, with
claviger vault lock, or when the computer restarts.`,
		Args: noArgs,
	}
	cmd.Flags().DurationVar(&keep, "for", 0, "keep the key in the kernel for this `TIME`, such as 8h, so that nothing asks for the passphrase")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("for") {
			return r.unlockFor(cmd.Context(), keep)
		}
		ctx := cmd.Context()
		v, st, err := r.lookAtVault(ctx)
		if err != nil {
			return err
		}
		passphrase := ""
		if st.Protection.NeedsPassphrase() && !st.KeptOpen {
			if passphrase, err = r.Passphrase(ctx, "Vault passphrase"); err != nil {
				return err
			}
		}
		if err := v.Unlock(ctx, passphrase); err != nil {
			return err
		}
		r.unlockAgent(ctx, passphrase)
		r.say("The vault is unlocked.")
		return nil
	})
	return cmd
}

// unlockFor unlocks the vault and lets the kernel keep the key.
func (r *runner) unlockFor(ctx context.Context, keep time.Duration) error {
	if keep < vault.MinUnlockFor || keep > vault.MaxUnlockFor {
		return usage(errors.New("--for takes a time from a minute to 720h, such as 8h"))
	}
	v, st, err := r.lookAtVault(ctx)
	if err != nil {
		return err
	}
	if st.Protection == vault.File && st.Marked {
		return usage(errors.New("--for has no effect on a vault with a key file; unlock it with: claviger vault unlock"))
	}
	if st.Protection == vault.File {
		return usage(errors.New("--for has no effect: a key file opens the vault without asking"))
	}
	passphrase := ""
	if st.Protection.NeedsPassphrase() {
		if passphrase, err = r.Passphrase(ctx, "Vault passphrase"); err != nil {
			return err
		}
	}
	if err := v.UnlockFor(ctx, passphrase, keep); err != nil {
		return err
	}
	r.say("The vault is open for your programs for %s. To lock it sooner: claviger vault lock", plain.Whole(keep))
	if st.LockAfter > 0 {
		r.say("It still locks %s.", lockAfterWords(st))
	}
	return nil
}
