package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth/problem"
)

// The child's environment variables.
//
// #nosec G101 -- these are names.
const (
	envToken     = "CLAVIGER_TOKEN"
	envTokenType = "CLAVIGER_TOKEN_TYPE"
)

var errNoDash = errors.New("put -- before the command to run")

func (r *runner) exec() *cobra.Command {
	var f tokenFlags
	cmd := &cobra.Command{
		Use:   "exec [ACCOUNT] -- COMMAND [ARGUMENT]...",
		Short: "Run a command with a fresh token in its environment",
		Long: `Run a command with a fresh token in its environment: CLAVIGER_TOKEN has the
access token, CLAVIGER_TOKEN_TYPE its type. CLAVIGER_<ID>_CLIENT_SECRET,
CLAVIGER_PASSPHRASE_FILE and CLAVIGER_KEY_FILE are left out of it, and so is
CREDENTIALS_DIRECTORY if the vault's key is there. The exit code is the
command's; it is 127 if the command is not found, and 126 if it cannot be run.

A token of type DPoP is bound to a key: the command gets the headers for each
request from claviger token --for.`,
		Example: `  claviger exec work -- ./deploy`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch dash := cmd.ArgsLenAtDash(); {
			case dash < 0 && len(args) < 2: // it may be the account or the command
				return usage(errors.New("missing command; put -- before it"))
			case dash < 0:
				return usage(errNoDash)
			case dash > 1:
				return usage(errors.New("only one ACCOUNT can come before --"))
			case dash == len(args):
				return usage(errors.New("missing command after --"))
			}
			return nil
		},
		ValidArgsFunction: r.completeAccounts,
	}
	// Without --, the flags of the command are taken for flags of this one.
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if cmd.Flags().NArg() > 0 {
			err = fmt.Errorf("%w; %w", err, errNoDash)
		}
		return usage(err)
	})
	cmd.Flags().DurationVar(&f.wait, "wait", 0, waitUsage)
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		dash := cmd.ArgsLenAtDash()
		command := args[dash:]
		if f.wait < 0 {
			return usage(errNegativeWait)
		}
		// A misspelt command is reported before anything is refreshed.
		path, err := exec.LookPath(command[0])
		if err != nil {
			return cannotStart(command[0], err)
		}
		f.program = filepath.Base(command[0])
		t, err := r.freshToken(cmd.Context(), first(args[:dash]), f)
		if err != nil {
			return err
		}
		if err := r.handed(t, tokenFlags{}, f.program); err != nil {
			return err
		}
		env := append(childEnviron(r.Environ),
			envToken+"="+t.AccessToken.Reveal(), envTokenType+"="+scheme(t.TokenType))
		// None of our work may be under way when another program takes over.
		if r.Close != nil {
			if err := r.Close(); err != nil {
				return err
			}
		}
		return r.become(cmd.Context(), path, command, env)
	})
	return cmd
}

// childEnviron is the person's environment without what opens more than the one
// token: client secrets, and the place of the vault's passphrase or key.
func childEnviron(environ []string) []string {
	out := make([]string, 0, len(environ)+2)
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case name == envToken, name == envTokenType, name == "CLAVIGER_PASSPHRASE_FILE", name == "CLAVIGER_KEY_FILE":
		case strings.HasPrefix(name, "CLAVIGER_") && strings.HasSuffix(name, "_CLIENT_SECRET"):
		default:
			out = append(out, kv)
		}
	}
	return out
}

// environmentTooLong is for a system that rejects the environment with the
// token in it: Linux takes 128 KiB for one variable, Windows 32 KiB.
func environmentTooLong(env []string) error {
	detail := "The command's arguments and environment are too long."
	for _, kv := range env {
		if token, ok := strings.CutPrefix(kv, envToken+"="); ok && len(token) > longToken {
			detail = fmt.Sprintf("The token has %d characters, more than an environment variable can hold here.", len(token))
		}
	}
	return &problemError{problem: problem.Problem{
		Kind:   problem.KindFailed,
		Title:  "The token does not fit into the command's environment",
		Detail: detail,
		Next:   "Pass the token through a pipe: claviger token ACCOUNT | COMMAND",
		Code:   "environment-too-long",
	}}
}

// longToken is the least length of a token that can be to blame.
const longToken = 30_000

// The exit codes of shells and env(1) for a command that did not start: POSIX,
// Shell Command Language, 2.8.2.
const (
	exitCannotRun = 126
	exitNotFound  = 127
)

func cannotStart(name string, err error) error {
	reason, exit := err.Error(), exitCannotRun
	if execErr, ok := errors.AsType[*exec.Error](err); ok {
		reason = execErr.Err.Error()
	}
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		exit = exitNotFound
	}
	return &problemError{exit: exit, problem: problem.Problem{
		Kind:   problem.KindFailed,
		Title:  fmt.Sprintf("The command %q cannot be started", name),
		Detail: reason,
		Next:   "Check its name and that it is executable.",
		Code:   "cannot-start",
	}}
}
