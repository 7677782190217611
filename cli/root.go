package cli

import (
	"errors"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
)

// runner has what the commands of one run share.
type runner struct {
	Services
	verbose bool
	hidden  bool
	// started is set once a command's own work began: errors before that are
	// wrong usage.
	started bool
}

// Cobra stops a program that was started from the Windows Explorer, to say that
// it belongs in a terminal. This one has a window.
func init() { cobra.MousetrapHelpText = "" }

// Command is the tree of commands, for programs that describe it. It has no
// services: none of its commands can run.
func Command() *cobra.Command {
	r := &runner{Services: Services{Out: io.Discard, Err: io.Discard}}
	return r.root()
}

func (r *runner) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "claviger",
		Short: "Sign in with your browser and hand fresh tokens to your programs",
		Long: `Claviger signs you in to OAuth 2.0 and OpenID Connect providers with your own
browser, remembers your accounts in an encrypted vault and hands fresh tokens
to the programs that need them.

Without a command it opens the window.`,
		Example: `  claviger tour
  claviger login demo
  claviger token demo --header | curl -H @- https://api.example.org/me`,
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          r.do(r.window),
	}
	root.Flags().BoolVar(&r.hidden, "hidden", false, "start the window in the tray, without showing it")
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	root.SetIn(r.In)
	root.SetOut(r.Out)
	root.SetErr(r.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.PersistentFlags().BoolVarP(&r.verbose, "verbose", "v", false, "print details to standard error, without secrets")
	root.PersistentPreRun = func(*cobra.Command, []string) {
		if r.verbose && r.LogLevel != nil {
			r.LogLevel.Set(slog.LevelDebug)
		}
	}
	section(root, "Start here:", r.tour(), r.login(), r.demo())
	section(root, "Tokens for your programs:", r.token(), r.exec(), r.inspect(), r.agent())
	section(root, "Your accounts:", r.accounts(), r.whoami(), r.history(), r.logout(), r.receipts())
	section(root, "Setting up:", r.providers(), r.explainPage(), r.vault(), r.doctor())
	root.AddCommand(r.version())
	root.InitDefaultCompletionCmd()
	return root
}

// section adds commands that belong together, under a heading in the help.
func section(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
	}
	root.AddCommand(commands...)
}

// do wraps a command's work, so that its errors are distinguished from wrong usage.
func (r *runner) do(work func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		r.started = true
		return work(cmd, args)
	}
}

// group is a command that has only further commands.
func (r *runner) group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r.say("%s", lines(cmd.UsageString()))
			return usage(errors.New("missing command"))
		},
	}
	g.AddCommand(commands...)
	return g
}

func (r *runner) window(cmd *cobra.Command, _ []string) error {
	if r.Window == nil {
		return r.inTerminal("This build has no window", "It was made for machines without a display.", "no-window")
	}
	err := r.Window(cmd.Context(), r.hidden)
	if missing, ok := errors.AsType[*noDisplayError](err); ok {
		return r.inTerminal("There is no display to open a window on", missing.reason, "no-display")
	}
	return err
}
