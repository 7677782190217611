package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/vault"
)

func (r *runner) vault() *cobra.Command {
	return r.group("vault", "Manage the encrypted store of accounts",
		r.vaultStatus(), r.vaultLock(), r.vaultUnlock(), r.vaultCheck(), r.vaultRepair(), r.vaultPassphrase(),
		r.vaultKeyFile(), r.vaultExport(), r.vaultImport())
}

func (r *runner) vaultStatus() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show where the vault is, how it is protected and whether it is locked",
		Args:  noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the status object")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		_, st, err := r.lookAtVault(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			return r.printJSON(st)
		}
		return r.showStatus(st)
	})
	return cmd
}

// lookAtVault opens the vault and reads its status.
func (r *runner) lookAtVault(ctx context.Context) (*vault.Vault, vault.Status, error) {
	v, err := r.Vault()
	if err != nil {
		return nil, vault.Status{}, err
	}
	st, err := v.Status(ctx)
	return v, st, err
}

func (r *runner) showStatus(st vault.Status) error {
	protection := map[vault.Protection]string{
		vault.None:       "not set up yet; the first remembered sign-in sets it up",
		vault.Keyring:    "the system's keyring has the key",
		vault.Passphrase: "a passphrase",
		vault.Both:       "the system's keyring together with a passphrase",
		vault.File:       "a key file",
	}[st.Protection]
	locked := "no"
	switch {
	case st.Marked:
		locked = "yes, for every program, until: claviger vault unlock"
	case st.KeyFileProblem != "":
		locked = "cannot be opened: see the key file problem"
	case st.KeptOpen:
		locked = "no, the kernel keeps the key for a time, or until: claviger vault lock"
	case st.Locked:
		locked = "no, but each program needs the passphrase"
	}
	if st.Protection == vault.File { // which does not use the keyring
		st.Keyring, st.KeyringProblem = "", ""
	}
	aside := ""
	if st.SetAside > 0 {
		aside = fmt.Sprintf("%d, damaged", st.SetAside)
	}
	return r.card("Vault", []field{
		{"Folder", st.Dir},
		{"Protected by", protection},
		{"Key file", st.KeyFile},
		{"Key file problem", st.KeyFileProblem},
		{"Locked", locked},
		{"Auto-lock", lockAfterWords(st)},
		{"Records", fmt.Sprint(st.Records)},
		{"Set aside", aside},
		{"Keyring", st.Keyring},
		{"Keyring problem", st.KeyringProblem},
		{"Old key", oldKeyWords(st)},
	})
}

// oldKeyWords says that the keyring may still have an old copy of the key.
func oldKeyWords(st vault.Status) string {
	if st.OldKey == "" {
		return ""
	}
	return "the keyring's item " + st.OldKey + " may be an old copy of the key; if no other vault needs it, delete it with your keyring's own program"
}

func (r *runner) vaultCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Read every record, set damaged ones aside",
		Long: `Read every record. Damaged ones are set aside, never deleted; the exit code is 1
if there are any.`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report object")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		v, err := r.Vault()
		if err != nil {
			return err
		}
		report, err := v.Check(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			report.Damaged = append([]vault.Damage{}, report.Damaged...)
			report.SetAside = append([]string{}, report.SetAside...)
			report.Leftover = append([]string{}, report.Leftover...)
			err = r.printJSON(report)
		} else {
			err = r.showReport(report)
		}
		if err != nil {
			return err
		}
		if len(report.Damaged) > 0 {
			return &exitError{ExitFailed}
		}
		return nil
	})
	return cmd
}

func (r *runner) showReport(report vault.Report) error {
	text := fmt.Sprintf("%d records are good.\n", report.Good)
	if report.Good == 1 {
		text = "1 record is good.\n"
	}
	for _, d := range report.Damaged {
		text += fmt.Sprintf("Damaged: %s: %s\n", clean(d.File), clean(d.Reason))
	}
	for _, name := range report.SetAside {
		text += fmt.Sprintf("Damaged and kept: %s\n", clean(name))
	}
	if len(report.SetAside) > 0 {
		text += "What that means and what to do: claviger vault repair\n"
	}
	for _, name := range report.Leftover {
		text += fmt.Sprintf("Left over from an interruption, removed: %s\n", clean(name))
	}
	return r.print(text)
}

// trialRecord is put and deleted to see whether the vault can store.
const trialRecord = "trial"

// prepareVault makes sure that an account can be remembered, before the person
// is sent to the browser: the vault is set up, open, and takes a record.
func (r *runner) prepareVault(ctx context.Context) error {
	v, st, err := r.lookAtVault(ctx)
	if err != nil {
		return err
	}
	if st.Protection == vault.None {
		if err := r.setUpVault(ctx, v, st); err != nil {
			return err
		}
	}
	if err := v.Put(ctx, trialRecord, nil); err != nil {
		return err
	}
	return v.Delete(ctx, trialRecord)
}

// setUpVault chooses the protection of a new vault: the key file or the
// passphrase file if one is named, else the keyring, else a passphrase that the
// person makes up.
func (r *runner) setUpVault(ctx context.Context, v *vault.Vault, st vault.Status) error {
	passphrase := ""
	var err error
	switch {
	case st.KeyFile != "":
	case r.PassphraseFile != "":
		passphrase, err = strong(r.Passphrase(ctx, ""))
	case st.KeyringProblem != "" && r.Interactive:
		problem := strings.TrimPrefix(clean(st.KeyringProblem), vault.ErrNoKeyring.Error()+": ")
		r.say("Accounts are remembered in an encrypted vault. Its key would be in the system's keyring, but that cannot be used: %s.", problem)
		r.say("Choose a passphrase for the vault instead (or use --no-remember).")
		passphrase, err = r.NewPassphrase(ctx, "New vault passphrase")
	}
	if err != nil {
		return err
	}
	err = v.Setup(ctx, passphrase)
	switch {
	case errors.Is(err, fs.ErrExist): // another program was first
		return nil
	case errors.Is(err, vault.ErrNoKeyring):
		return &newVaultError{err: err}
	}
	return err
}
