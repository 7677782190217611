package cli

import (
	"context"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// asSocketless is set in a process that becomes the program it names, on a system whose
// file systems take no sockets.
const asSocketless = "CLAVIGER_TEST_SOCKETLESS"

func init() {
	if program := os.Getenv(asSocketless); program != "" {
		os.Exit(socketless(program))
	}
}

// socketless becomes a program for which bind(2) fails as on a file system that has no
// place for sockets, such as FAT: with EPERM.
func socketless(program string) int {
	runtime.LockOSThread() // the filter is the thread's, and what it becomes inherits it
	_ = os.Unsetenv(asSocketless)
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the number of the call (seccomp_data)
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_BIND, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	rules := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != nil ||
		unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&rules)), 0, 0) != nil {
		return 77
	}
	_ = syscall.Exec(program, append([]string{program}, os.Args[1:]...), os.Environ())
	return 78
}

// Where no folder takes a socket, the agent says so and what to do, and commands work.
func TestAgentWithoutPlaceForASocket(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := w.want(0, "token").out
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	socketless := func(code int, args ...string) (out, stderr string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		cmd := w.command(ctx, args...)
		cmd.Env = append(cmd.Env, asSocketless+"="+cmd.Path)
		cmd.Path = self
		var said, told strings.Builder
		cmd.Stdout, cmd.Stderr = &said, &told
		_ = cmd.Run() // the exit code tells
		if got := cmd.ProcessState.ExitCode(); got == 77 {
			t.Skip("this kernel takes no filter of system calls")
		} else if got != code {
			t.Fatalf("%v: exit code %d\n%s", args, got, told.String())
		}
		return said.String(), told.String()
	}
	_, stderr := socketless(1, "agent")
	for _, text := range []string{
		"The agent cannot make its socket", "takes no sockets", "CLAVIGER_AGENT_SOCK", "Without an agent, commands open the vault themselves",
	} {
		if !strings.Contains(stderr, text) {
			t.Errorf("%q is not said:\n%s", text, stderr)
		}
	}
	if out, _ := socketless(0, "token"); out != token {
		t.Errorf("token: %q", out)
	}
}
