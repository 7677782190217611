package cli

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/vault"
)

func (r *runner) vaultImport() *cobra.Command {
	var replace, yes, asJSON bool
	var passphraseFile string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import an export of a vault",
		Long: `Import the records of an export. All of it is checked first: an incomplete file
changes nothing. A record that differs from the vault's is skipped, unless you
use --replace. What it contains is listed first, and you are asked before client
secrets, registrations, and accounts of other servers than the provider's here are
imported. The export's passphrase is asked for, or read as one line from
standard input if there is no terminal. FILE - is standard input.`,
		Args: exactlyOne,
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace records that the vault already has")
	cmd.Flags().BoolVar(&yes, "yes", false, "import client secrets, registrations and accounts from elsewhere without asking")
	cmd.Flags().StringVar(&passphraseFile, "passphrase-file", "", "read the export's passphrase from the first line of this `file`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		report, err := r.importFrom(cmd.Context(), args[0], passphraseFile, vault.ImportOptions{
			Replace: replace, Rules: r.ImportRules, Agree: r.agreeToImport(yes), Before: r.prepareVault,
		})
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

func (r *runner) importFrom(ctx context.Context, file, passphraseFile string, o vault.ImportOptions) (vault.ImportReport, error) {
	v, err := r.Vault()
	if err != nil {
		return vault.ImportReport{}, err
	}
	in, name := r.In, ""
	if file != standardFile {
		f, err := fileWithin(ctx, r.Err, file, func() (*os.File, error) { return os.Open(file) })
		if err != nil {
			return vault.ImportReport{}, cannot("read", file, err)
		}
		defer func() { _ = f.Close() }() // only read from
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return vault.ImportReport{}, cannot("read", file, errors.New("it is a folder"))
		}
		in, name = f, file
	}
	passphrase, err := r.importPassphrase(ctx, passphraseFile, file == standardFile)
	if err != nil {
		return vault.ImportReport{}, exportPassphrase(err)
	}
	return v.Import(ctx, ending{ctx, in, name, r.Err}, passphrase, o)
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
		return p.line(ctx)
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

// maxListed is how many accounts of an export are listed one by one at most, maxAsked
// how many lines the person is asked about.
const (
	maxListed = 20
	maxAsked  = 100
)

// agreeToImport says what an export brings, and asks about what nothing here vouches
// for: whoever made the export could have put anything in it.
func (r *runner) agreeToImport(yes bool) func(context.Context, vault.Review) error {
	return func(ctx context.Context, found vault.Review) error {
		if len(found.Says) > 0 {
			r.say("The export contains:")
		}
		for _, line := range plain.Lines(found.Says, maxListed) {
			r.say("  %s", line)
		}
		return r.askToImport(ctx, found.Asks, yes)
	}
}

// askToImport asks the person, or refuses if there is no one to ask.
func (r *runner) askToImport(ctx context.Context, asks []string, yes bool) error {
	if len(asks) == 0 {
		return nil
	}
	asks = plain.Lines(asks, maxAsked)
	refused := &problemError{problem: problem.Problem{
		Kind: problem.KindRefused, Code: "import-not-agreed", Title: "Nothing was imported",
		Detail: "Whoever made the export also put this into it:\n" + strings.Join(asks, "\n"),
		Next:   "If you made it, or trust whoever did, import it with --yes.",
	}}
	if !yes && !r.Interactive {
		return refused
	}
	r.say("It also contains secrets or accounts that Claviger cannot check. Import them only if you made this export or trust whoever did.")
	for _, line := range asks {
		r.say("  %s", line)
	}
	if yes {
		return nil
	}
	agreed, err := r.confirm(ctx, "Import it?")
	if err != nil || agreed {
		return err
	}
	refused.problem.Detail = "" // the list was just shown
	refused.problem.Next = "Ask whoever made the export about it, or make a new one."
	return refused
}
