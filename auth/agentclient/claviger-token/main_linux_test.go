package main

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Who waits for an answer, and presses Ctrl-C, is told that this ended it.
func TestInterruptedWhileItWaits(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "claviger-token")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = []string{"CLAVIGER_AGENT_SOCK=" + socket}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	signs := time.NewTicker(10 * time.Millisecond)
	defer signs.Stop()
	for n := 0; !listens(t, cmd.Process.Pid); n++ {
		if <-signs.C; n > 3000 {
			t.Fatal("it does not listen for Ctrl-C")
		}
		// The agent works: it asks a person.
		if _, err := io.WriteString(c, "HTTP/1.0 102 Processing\r\n\r\n"); err != nil {
			t.Fatal("it left:", err)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != exitRefused || said.String() != "claviger: Interrupted\n" {
		t.Errorf("%v: %q", cmd.ProcessState, said.String())
	}
}

// listens reports whether a Go program listens for Ctrl-C: the thread that does blocks
// all other signals (proc_pid_status(5), SigBlk).
func listens(t *testing.T, pid int) bool {
	t.Helper()
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/status")
	if err != nil || len(threads) == 0 {
		t.Fatal("it is gone", err)
	}
	for _, thread := range threads {
		status, _ := os.ReadFile(thread) // none of a thread that ended
		_, rest, _ := strings.Cut(string(status), "SigBlk:\t")
		digits, _, _ := strings.Cut(rest, "\n")
		blocked, _ := strconv.ParseUint(digits, 16, 64)
		bit := func(s syscall.Signal) bool { return blocked>>(s-1)&1 == 1 }
		if bit(syscall.SIGUSR1) && !bit(syscall.SIGINT) {
			return true
		}
	}
	return false
}
