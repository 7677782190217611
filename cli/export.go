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

	"claviger/auth"
	"claviger/internal/durable"
	"claviger/vault"
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
	if st.Protection == vault.None { // before anybody thinks up a passphrase
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

// writeFile makes a file of what write writes, complete or not at all, for the
// owner alone.
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

func (r *runner) vaultImport() *cobra.Command {
	var replace, asJSON bool
	var passphraseFile string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import an export of a vault",
		Long: `Import the records of an export. All of it is checked first: an incomplete file
changes nothing. A record that differs from the vault's is skipped, unless you
use --replace. The export's passphrase is asked for, or read as one line from
standard input if there is no terminal. FILE - is standard input.`,
		Args: exactlyOne,
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace records that the vault already has")
	cmd.Flags().StringVar(&passphraseFile, "passphrase-file", "", "read the export's passphrase from the first line of this `file`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		report, err := r.importFrom(cmd.Context(), args[0], passphraseFile, replace)
		if err != nil && len(report.Added)+len(report.Replaced) == 0 {
			return err
		}
		show := r.showImport
		if asJSON {
			show = func(report vault.ImportReport) error { return r.printJSON(report) }
		}
		return errors.Join(err, show(report))
	})
	return cmd
}

func (r *runner) importFrom(ctx context.Context, file, passphraseFile string, replace bool) (vault.ImportReport, error) {
	v, err := r.Vault()
	if err != nil {
		return vault.ImportReport{}, err
	}
	in := r.In
	if file != standardFile {
		f, err := os.Open(file)
		if err != nil {
			return vault.ImportReport{}, cannot("read", file, err)
		}
		defer func() { _ = f.Close() }() // only read from
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return vault.ImportReport{}, cannot("read", file, errors.New("it is a folder"))
		}
		in = f
	}
	passphrase, err := r.importPassphrase(ctx, passphraseFile, file == standardFile)
	if err != nil {
		return vault.ImportReport{}, exportPassphrase(err)
	}
	return v.Import(ctx, in, passphrase, vault.ImportOptions{Replace: replace, Before: r.prepareVault})
}

// importPassphrase reads the passphrase of an export; standard input may be
// taken by the export itself.
func (r *runner) importPassphrase(ctx context.Context, file string, taken bool) (string, error) {
	p := &Prompter{File: file, In: r.In, Err: r.Err}
	if file != "" {
		return p.Passphrase(ctx, "")
	}
	tty, err := openTerminal()
	if err != nil {
		if taken {
			return "", noTerminal()
		}
		return p.line()
	}
	defer func() { _ = tty.Close() }() // only read from
	return ask(ctx, tty, "Passphrase of the export")
}

func (r *runner) showImport(report vault.ImportReport) error {
	text := count(len(report.Added)) + " added.\n"
	for _, l := range []struct {
		names []string
		what  string
	}{
		{report.Replaced, " replaced."},
		{report.Same, " already here, identical."},
		{report.Kept, " already here with different contents, kept. Use --replace to replace them."},
	} {
		if len(l.names) > 0 {
			text += count(len(l.names)) + l.what + "\n"
		}
	}
	return r.print(text)
}

func count(records int) string {
	if records == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", records)
}

// exportPassphrase puts the words for the export in place of the vault's.
func exportPassphrase(err error) error {
	if p, ok := errors.AsType[*problemError](err); !ok || p.problem.Code != "no-terminal" {
		return err
	}
	return &problemError{auth.Problem{
		Kind:  auth.KindLocked,
		Title: "The export needs a passphrase, and there is no terminal to ask for it",
		Next:  "Put the passphrase in a file that only you can read and pass it with --passphrase-file.",
		Code:  "no-terminal",
	}}
}

func fileExists(file string) error {
	return &problemError{auth.Problem{
		Kind: auth.KindFailed, Title: "The file already exists", Detail: file,
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
	case errors.As(err, new(*vault.Error)), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &pathErr):
		reason = pathErr.Err.Error()
	case errors.As(err, &linkErr):
		reason = linkErr.Err.Error()
	}
	return &problemError{auth.Problem{
		Kind: auth.KindFailed, Title: "The file cannot be " + do, Detail: file + ": " + reason,
		Next: "Choose another file, or check its permissions.", Code: "file-" + do,
	}}
}
