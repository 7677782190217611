package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/vault"
)

func (r *runner) vaultPassphrase() *cobra.Command {
	var keyring, both, alone bool
	cmd := &cobra.Command{
		Use:   "passphrase",
		Short: "Set, change or remove the vault's passphrase",
		Long: `Protect the vault with a passphrase, or change the passphrase. Type the new one
twice; without a terminal, it is read as one line of standard input.

With --both, the vault requires the system's keyring and the passphrase; with
--alone, the passphrase alone; with --keyring, the system's keyring alone. Without
these flags, only the passphrase changes; a vault that had none then requires the
passphrase alone.`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&keyring, "keyring", false, "keep the key in the system's keyring, without a passphrase")
	cmd.Flags().BoolVar(&both, "both", false, "require the system's keyring and the passphrase")
	cmd.Flags().BoolVar(&alone, "alone", false, "require the passphrase alone, without the keyring")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		chosen := vault.None
		for p, on := range map[vault.Protection]bool{vault.Keyring: keyring, vault.Both: both, vault.Passphrase: alone} {
			switch {
			case on && chosen != vault.None:
				return usage(errors.New("choose one of --keyring, --both and --alone"))
			case on:
				chosen = p
			}
		}
		return r.protect(cmd.Context(), chosen)
	})
	return cmd
}

// protect changes the protection; None changes only the passphrase.
func (r *runner) protect(ctx context.Context, p vault.Protection) error {
	v, st, err := r.openToChange(ctx)
	if err != nil {
		return err
	}
	if p == vault.None {
		p = vault.Passphrase
		if st.Protection == vault.Both {
			p = vault.Both
		}
	}
	passphrase := ""
	if p.NeedsPassphrase() {
		if passphrase, err = r.NewPassphrase(ctx, "New passphrase"); err != nil {
			return err
		}
	}
	if err := v.Protect(ctx, p, passphrase); err != nil {
		return err
	}
	switch p {
	case vault.Both:
		r.say("The vault now requires the system's keyring and the passphrase. Without both, no one can open it.")
	case vault.Passphrase:
		r.say("The vault is now protected by the passphrase. Without it, no one can open the vault.")
	case vault.Keyring, vault.File, vault.None:
		r.say("The vault's key is now in the system's keyring.")
	}
	if st.Protection == vault.File {
		r.keyFileStays(st)
	}
	return nil
}
