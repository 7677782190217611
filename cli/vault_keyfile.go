package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/internal/shell"
	"github.com/claviger/claviger/vault"
)

func (r *runner) vaultKeyFile() *cobra.Command {
	return &cobra.Command{
		Use:   "key-file FILE",
		Short: "Keep the vault's key in a file, for machines without a keyring",
		Long: `Create FILE, readable only by you, put the vault's key into it, and protect the
vault with it from now on. If there is no vault yet, one is created. Programs find
the file by CLAVIGER_KEY_FILE, or as the systemd credential claviger-key.

The key is not encrypted: whoever can read FILE can open the vault, and without
FILE no one can. Files are never overwritten; one with the vault's key is used as
it is.`,
		Args: exactlyOne,
		RunE: r.do(func(cmd *cobra.Command, args []string) error { return r.keyToFile(cmd.Context(), args[0]) }),
	}
}

// keyToFile protects the vault with a key file.
func (r *runner) keyToFile(ctx context.Context, file string) error {
	path, err := filepath.Abs(file)
	if err != nil {
		return cannot("written", file, err)
	}
	v, st, err := r.openToChange(ctx)
	if err != nil {
		return err
	}
	if err := v.KeyToFile(ctx, path); err != nil {
		return err
	}
	r.say("The vault's key is now in %s. Whoever can read this file can open the vault; without it, no one can.", clean(path))
	r.say("To use it: %s", shell.Here.Set("CLAVIGER_KEY_FILE", clean(path)))
	if st.Protection == vault.File && st.KeyFile != path {
		r.keyFileStays(st)
	}
	return nil
}

// openToChange opens the vault for a change of its protection: it asks for the
// old passphrase before anything new.
func (r *runner) openToChange(ctx context.Context) (*vault.Vault, vault.Status, error) {
	v, st, err := r.lookAtVault(ctx)
	if err != nil {
		return nil, st, err
	}
	if st.Marked {
		return nil, st, vault.ErrLocked
	}
	if st.Locked || st.KeptOpen && st.Protection.NeedsPassphrase() {
		old, err := r.Passphrase(ctx, "Vault passphrase")
		if err != nil {
			return nil, st, err
		}
		if err := v.Unlock(ctx, old); err != nil {
			return nil, st, err
		}
	}
	return v, st, nil
}

// keyFileStays says that an old key file still has the key.
func (r *runner) keyFileStays(st vault.Status) {
	r.say("The old key file still contains the key and opens any copy of the records. If nothing else needs it: rm %s", shellWord(st.KeyFile))
}
