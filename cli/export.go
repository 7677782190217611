package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/vault"
)

// standardFile stands for standard input or output in place of a file.
const standardFile = "-"

func (r *runner) vaultExport() *cobra.Command {
	var force bool
	var passphraseFile string
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Export the vault to a file with its own passphrase",
		Long: `Export all records to one age file that its passphrase opens, here or on another
computer. The passphrase is typed twice, or read as one line from standard input
if there is no terminal. FILE - is standard output.

An export is a copy of your sign-ins: anyone with the file and its passphrase
has your accounts.`,
		Args: exactlyOne,
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite FILE")
	cmd.Flags().StringVar(&passphraseFile, "passphrase-file", "", "read the export's passphrase from the first line of this `file`")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		return r.export(cmd.Context(), args[0], passphraseFile, force)
	})
	return cmd
}

func (r *runner) export(ctx context.Context, file, passphraseFile string, force bool) error {
	v, st, err := r.lookAtVault(ctx)
	if err != nil {
		return err
	}
	if st.Protection == vault.None { // before the person thinks up a passphrase
		return vault.ErrNotSetUp
	}
	if err := r.exportTarget(file, force); err != nil {
		return err
	}
	p := &Prompter{File: passphraseFile, In: r.In, Err: r.Err}
	var passphrase string
	if passphraseFile != "" {
		passphrase, err = strong(p.Passphrase(ctx, ""))
	} else {
		passphrase, err = p.NewPassphrase(ctx, "Passphrase for the export")
	}
	if err != nil {
		return exportPassphrase(err)
	}
	var report vault.ExportReport
	err = r.writeFile(file, force, func(w io.Writer) (err error) {
		report, err = v.Export(ctx, w, passphrase)
		return err
	})
	if err != nil {
		return err
	}
	if file != standardFile {
		r.say("%s exported to %s. Only its passphrase opens it; keep the two apart.", count(report.Records), file)
	}
	for _, d := range report.LeftOut {
		r.say("Skipped: %s: %s", d.File, d.Reason)
	}
	if len(report.LeftOut) > 0 {
		return &exitError{ExitFailed}
	}
	return nil
}

// exportTarget refuses what must not be written to.
func (r *runner) exportTarget(file string, force bool) error {
	if file == standardFile {
		if out, ok := r.Out.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
			return usage(errors.New("cannot export to a terminal: name a file or redirect standard output"))
		}
		return nil
	}
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cannot("written", file, err)
	case !info.Mode().IsRegular():
		return cannot("written", file, errors.New("it is not a regular file"))
	case !force:
		return fileExists(file)
	}
	return nil
}

// writeFile makes a file of what write writes, complete or not at all, that only
// the owner can read.
func (r *runner) writeFile(file string, force bool, write func(io.Writer) error) error {
	if file == standardFile {
		return write(r.Out)
	}
	err := durable.Create(file, force, write)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return fileExists(file)
	}
	return cannot("written", file, err)
}

func count(records int) string {
	if records == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", records)
}

// exportPassphrase puts the words for the export in place of the vault's.
func exportPassphrase(err error) error {
	if p, ok := errors.AsType[*problemError](err); !ok || p.problem.Code != codeNoTerminal {
		return err
	}
	return &problemError{problem: problem.Problem{
		Kind:  problem.KindLocked,
		Title: "The export needs a passphrase, and there is no terminal to ask for it",
		Next:  "Put the passphrase in a file that only you can read and pass it with --passphrase-file.",
		Code:  "no-passphrase", // the ways to open the vault do not help here
	}}
}

func fileExists(file string) error {
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: "The file already exists", Detail: file,
		Next: "It was not changed. Choose another name, or overwrite it with --force.", Code: "file-exists",
	}}
}

// cannot is the error of a file that the person named. Errors of the vault
// keep their words.
func cannot(do, file string, err error) error {
	var pathErr *os.PathError
	var linkErr *os.LinkError
	reason := err.Error()
	switch {
	case errors.As(err, new(*vault.Error)), errors.As(err, new(*problemError)), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &pathErr):
		reason = pathErr.Err.Error()
	case errors.As(err, &linkErr):
		reason = linkErr.Err.Error()
	}
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: "The file cannot be " + do, Detail: file + ": " + reason,
		Next: "Choose another file, or check its permissions.", Code: "file-" + do,
	}}
}
