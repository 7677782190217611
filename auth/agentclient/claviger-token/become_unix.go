//go:build unix

package main

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by a program.
func become(path string, args []string) int {
	// #nosec G204 G702 -- it is claviger, with what this program was given.
	err := syscall.Exec(path, args, os.Environ())
	fmt.Fprintln(os.Stderr, "claviger-token:", err)
	return exitFailed
}
