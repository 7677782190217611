//go:build linux

// Command memory runs a command and prints the most memory that it had, in KiB,
// as the last line of standard output. The kernel counts for a process what
// its parent had when it was made; this parent is small.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		fmt.Println(used.Maxrss)
	}
}
