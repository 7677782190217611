package cli

import (
	"errors"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"claviger/auth"
)

// runner has what the commands of one run share.
type runner struct {
	Services
	verbose bool
	// started is set once a command's own work began: errors before that are
	// wrong usage.
	started bool
}

// Cobra stops a program that was started from the Windows Explorer, to tell
// that it belongs in a terminal. This one has a window.
func init() { cobra.MousetrapHelpText = "" }

func (r *runner) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "claviger",
		Short: "Sign in with your browser and hand fresh tokens to your programs",
		Long: `Claviger signs you in to OAuth 2.0 and OpenID Connect providers with your own
browser, remembers your accounts in an encrypted vault and hands fresh tokens
to the programs that need them.

Without a command it opens the window.`,
		Example: `  claviger login demo
  curl -H "$(claviger token demo --header)" https://api.example.org/me`,
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          r.do(r.window),
	}
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	root.SuggestionsMinimumDistance = 2
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
	root.AddCommand(
		r.login(), r.accounts(), r.whoami(), r.token(), r.inspect(), r.exec(), r.history(), r.logout(), r.receipts(),
		r.providers(), r.explainPage(), r.vault(), r.demo(), r.version(),
	)
	root.InitDefaultCompletionCmd()
	return root
}

// do wraps a command's work, so that its errors are told from wrong usage.
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
			r.say("%s", cmd.UsageString())
			return usage(errors.New("missing command"))
		},
	}
	g.SuggestionsMinimumDistance = 2
	g.AddCommand(commands...)
	return g
}

func (r *runner) window(cmd *cobra.Command, _ []string) error {
	if r.Window == nil {
		return &problemError{auth.Problem{
			Kind:   auth.KindFailed,
			Title:  "This build has no window",
			Detail: "It was made for machines without a display.",
			Next:   "Sign in from here: claviger login demo. All commands: claviger --help.",
			Code:   "no-window",
		}}
	}
	return r.Window(cmd.Context())
}

// NoDisplay is the error of [Services.Window] where there is no display to
// open a window on; reason is a short sentence.
func NoDisplay(reason string) error {
	return &problemError{auth.Problem{
		Kind:   auth.KindFailed,
		Title:  "There is no display to open a window on",
		Detail: reason,
		Next:   "Start claviger in a desktop session, or sign in from here: claviger login demo. All commands: claviger --help.",
		Code:   "no-display",
	}}
}
