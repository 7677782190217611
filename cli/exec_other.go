//go:build !unix

package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
)

// maxVariable is how long a variable can be on Windows, with its name.
const maxVariable = 32_766

// become runs the command and passes its exit code on. On Windows a Ctrl-C goes
// to every process of the console, the command included; it is for the command
// to end, so ctx does not.
func (r *runner) become(ctx context.Context, path string, command, env []string) error {
	for _, kv := range env {
		if len(kv) > maxVariable {
			return environmentTooLong(env)
		}
	}
	// #nosec G204 -- the command is the person's own.
	c := exec.CommandContext(context.WithoutCancel(ctx), path, command[1:]...)
	c.Args[0] = command[0]
	c.Env = env
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return &exitError{exit.ExitCode()}
	}
	if err != nil {
		return cannotStart(command[0], err)
	}
	return nil
}
