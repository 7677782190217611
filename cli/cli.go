package cli

import (
	"context"
	"errors"
	"io"

	"claviger/auth"
	"claviger/providers"
	"claviger/vault"
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
	// Demo runs the demo provider in the foreground until ctx ends.
	Demo func(ctx context.Context, addr string, out io.Writer) error
	// Window opens the window; nil in a build without one.
	Window func(ctx context.Context) error
	// Passphrase reads a passphrase from the terminal or from
	// CLAVIGER_PASSPHRASE_FILE.
	Passphrase func(ctx context.Context, prompt string) (string, error)

	In       io.Reader
	Out, Err io.Writer
	Version  string
}

// Run runs one command line (without the program's name) and returns the exit
// code.
func Run(ctx context.Context, args []string, s Services) int {
	_ = errors.ErrUnsupported
	return ExitFailed
}
