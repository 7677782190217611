package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"claviger/vault"
)

func (r *runner) vaultPassphrase() *cobra.Command {
	var keyring, both, alone bool
	cmd := &cobra.Command{
		Use:   "passphrase",
		Short: "Protect the vault with a passphrase, change it, or take it away",
		Long: `Protect the vault with a passphrase from now on, or change the passphrase. The
new one is typed twice, or read as one line of standard input where there is no
terminal.

With --both, opening the vault takes the system's keyring and the passphrase;
with --alone, the passphrase alone; with --keyring, the system's keyring alone.
Without any of them, what it takes stays as it is and the passphrase changes;
a vault without one has the passphrase alone then.`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&keyring, "keyring", false, "let the system's keyring keep the key, without a passphrase")
	cmd.Flags().BoolVar(&both, "both", false, "let it take the system's keyring and the passphrase")
	cmd.Flags().BoolVar(&alone, "alone", false, "let it take the passphrase alone, without the keyring")
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

// protect changes the protection; None keeps a passphrase what it is.
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
		if passphrase == "" {
			return usage(errors.New("the passphrase must not be empty"))
		}
	}
	if err := v.Protect(ctx, p, passphrase); err != nil {
		return err
	}
	switch p {
	case vault.Both:
		r.say("Opening the vault takes the system's keyring and the passphrase now. Without both, nobody can open it.")
	case vault.Passphrase:
		r.say("The vault is protected by the passphrase now. Without it, nobody can open the vault.")
	case vault.Keyring, vault.File, vault.None:
		r.say("The system's keyring keeps the vault's key now.")
	}
	if st.Protection == vault.File {
		r.keyFileStays(st)
	}
	return nil
}
