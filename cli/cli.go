package cli

import (
	"context"
	"io"
	"log/slog"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/doctor"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// Exit codes. docs/cli.md lists them.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitNeedsSignIn = 3
	ExitOffline     = 4
	ExitLocked      = 5
	ExitRefused     = 6
)

// Services are what the commands work with. Each is opened on first use, so
// that a command pays only for what it needs.
type Services struct {
	Agent     func() (*auth.Agent, error)
	Providers func() (*providers.Set, error)
	Vault     func() (*vault.Vault, error)
	// SaveSecret keeps a provider's client secret in the vault; an empty one
	// removes it.
	SaveSecret func(ctx context.Context, providerID string, secret providers.Secret) error
	// MoveSecret makes the provider's current servers the home of its secret: the
	// person said that the provider moved.
	MoveSecret func(ctx context.Context, providerID string) error
	// SaveRegistration keeps the access to a provider's registration in the
	// vault; an empty one removes it. Registration reads it, and is empty if
	// there is none.
	SaveRegistration func(ctx context.Context, providerID string, access register.Access) error
	Registration     func(ctx context.Context, providerID string) (register.Access, error)
	// ImportRules say what of an export may be stored.
	ImportRules vault.ImportRules
	// Home is the folder of everything that Claviger keeps.
	Home func() (string, error)
	// Unattended makes this process one that works while nobody uses it. It is called
	// before anything is opened.
	Unattended func()
	// Examined is what claviger doctor looks at. From its call on, this process asks
	// for no passphrase and writes nothing to the vault.
	Examined func() doctor.Options
	// AgentSocket is the value of CLAVIGER_AGENT_SOCK.
	AgentSocket string
	// Attend returns what says when a person is needed; acts are what they can do then.
	// Nil says nothing.
	Attend func(a *auth.Agent, acts attention.Acts) (attention.Attendant, error)
	// Demo runs the demo provider in the foreground until ctx ends.
	Demo func(ctx context.Context, addr string, out io.Writer) error
	// Tour shows the tour on standard output; keep is the folder to keep, "" for
	// none. Errors are those of [tour.Run].
	Tour func(ctx context.Context, keep string) error
	// Window opens the window, or starts in the tray without showing it; nil in a build
	// without one.
	Window func(ctx context.Context, hidden bool) error
	// Environ is the environment of the commands that exec runs.
	Environ []string
	// Passphrase reads a passphrase from the terminal or from
	// CLAVIGER_PASSPHRASE_FILE.
	Passphrase func(ctx context.Context, prompt string) (string, error)
	// NewPassphrase lets a person choose one, typed twice.
	NewPassphrase func(ctx context.Context, prompt string) (string, error)
	// PassphraseFile is the value of CLAVIGER_PASSPHRASE_FILE.
	PassphraseFile string
	// Interactive reports whether In is a terminal with a person at it.
	Interactive bool
	// Columns is the width of the terminal that Err is, 0 if it is not one.
	Columns int
	// LogLevel, if set, is lowered by --verbose.
	LogLevel *slog.LevelVar

	// Close ends what was opened. It may be called more than once; the caller of
	// [Run] calls it too.
	Close func() error

	In       io.Reader
	Out, Err io.Writer
	Version  string
}

// Run runs one command line (without the program's name) and returns the exit
// code. Everything has been written to s.Out and s.Err by then.
func Run(ctx context.Context, args []string, s Services) int {
	r := &runner{Services: s}
	root := r.root() //nolint:contextcheck // commands get ctx from ExecuteContextC
	if args == nil {
		args = []string{} // cobra takes os.Args in place of nil
	}
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	return r.report(ctx, cmd, err)
}
