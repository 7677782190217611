//go:build !unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// become runs a program in place of this one and returns its exit code.
func become(path string, args []string) int {
	// #nosec G204 G702 -- it is claviger.
	c := exec.CommandContext(context.Background(), path, args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "claviger-token:", err)
		return exitFailed
	}
	return 0
}
