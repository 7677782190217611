package agentclient

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// A path that is not a pipe of this computer is not opened at all: another computer
// would be asked in this user's name.
func TestOnlyPipesOfThisComputer(t *testing.T) {
	for _, path := range []string{`\\server\pipe\claviger`, `C:\agent.sock`, "agent.sock", `//./pipe/claviger`} {
		_, _, err := connect(t.Context(), path, func() {})
		if err == nil || !strings.Contains(err.Error(), `begins with \\.\pipe\`) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// An agent that is known to run may be slow, on a busy computer.
func TestWhoServesThePipe(t *testing.T) {
	path := pipeRoot + "claviger-test-server-" + strconv.Itoa(os.Getpid())
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	// A client can open it as soon as it is made. It has one part, for both directions.
	const duplex, parts, buffer = 3, 1, 512
	h, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("CreateNamedPipeW").Call(uintptr(unsafe.Pointer(name)), duplex, 0, parts, buffer, buffer, 0, 0)
	if syscall.Handle(h) == syscall.InvalidHandle {
		t.Fatal(err)
	}
	defer func() { _ = syscall.CloseHandle(syscall.Handle(h)) }()
	f, err := open(t.Context(), path, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if pid := serverOf(f); pid != os.Getpid() || !runs(pid) {
		t.Errorf("process %d, which runs: %v", pid, runs(pid))
	}
	if runs(0) {
		t.Error("an unknown process runs")
	}
	// Its only part is taken: whoever waits for it knows that somebody listens.
	ctx, stop := context.WithCancel(t.Context())
	if _, err := open(ctx, path, stop); !errors.Is(err, errPipeBusy) || ctx.Err() == nil {
		t.Errorf("a pipe that is taken: %v", err)
	}
}

func TestNoAgentThere(t *testing.T) {
	_, err := New(pipeRoot + "claviger-test-none").Status(context.Background())
	if !errors.Is(err, ErrNoAgent) || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
