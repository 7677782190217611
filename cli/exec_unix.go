//go:build unix

package cli

import (
	"context"
	"errors"
	"syscall"
)

// become replaces this process by the command: its exit code and the signals
// sent to it need no passing on, and no copy of the token stays behind in a
// waiting parent. Files are opened close-on-exec, so locks end here.
func (r *runner) become(ctx context.Context, path string, command, env []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// #nosec G204 -- the command is the person's own.
	err := syscall.Exec(path, command, env)
	if errors.Is(err, syscall.E2BIG) {
		return environmentTooLong(env)
	}
	return cannotStart(command[0], err)
}
