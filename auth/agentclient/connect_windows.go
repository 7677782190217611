package agentclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Flags of CreateFile (fileapi.h, winbase.h), which [os.OpenFile] hands on.
const (
	flagOverlapped = 0x40000000
	// anonymous keeps a false agent from acting as whoever asks it
	// (SECURITY_SQOS_PRESENT, with SECURITY_ANONYMOUS, which is 0).
	anonymous = 0x00100000
)

// errPipeBusy means that each part of a pipe has a client (ERROR_PIPE_BUSY).
const errPipeBusy = syscall.Errno(231)

// breath is how long to wait between two tries at a pipe that is busy.
const breath = 5 * time.Millisecond

// connect connects to a named pipe of this user. pid is the process that made it, 0 if
// unknown. busy is called as long as others take its parts.
func connect(ctx context.Context, path string, busy func()) (conn net.Conn, pid int, err error) {
	// A pipe of another computer would be asked in this user's name.
	if !strings.HasPrefix(path, pipeRoot) {
		return nil, 0, fmt.Errorf("an agent's path begins with %s on Windows", pipeRoot)
	}
	f, err := open(ctx, path, busy)
	if err != nil {
		return nil, 0, err
	}
	if err := ownPipe(f); err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return pipe{f}, serverOf(f), nil
}

// open opens a pipe, and waits while others take its parts: somebody listens then.
func open(ctx context.Context, path string, busy func()) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, busyPatience*patience)
	defer cancel()
	for {
		f, err := os.OpenFile(path, os.O_RDWR|flagOverlapped|anonymous, 0)
		if !errors.Is(err, errPipeBusy) {
			return f, err
		}
		busy()
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(breath):
		}
	}
}

var getSecurityInfo = syscall.NewLazyDLL("advapi32.dll").NewProc("GetSecurityInfo")

// What GetSecurityInfo is asked for (accctrl.h, winnt.h).
const (
	seFileObject = 1
	ownerOnly    = 1
)

// ownPipe returns an error unless a pipe was made by this user: Windows lets no other
// user name this one as the owner, and only the owner adds parts to a pipe that it
// keeps for itself.
func ownPipe(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var owner string
	var ownerErr error
	if err := raw.Control(func(fd uintptr) { owner, ownerErr = ownerOfHandle(fd) }); err != nil {
		return err
	}
	me, err := thisUser()
	if err := errors.Join(ownerErr, err); err != nil {
		return fmt.Errorf("the owner of the pipe: %w", err)
	}
	if owner != me {
		return errors.New("the pipe is another user's")
	}
	return nil
}

// ownerOfHandle is the security identifier of the owner of what is open.
func ownerOfHandle(handle uintptr) (string, error) {
	var sid *syscall.SID
	var descriptor syscall.Handle
	code, _, _ := getSecurityInfo.Call(handle, seFileObject, ownerOnly,
		uintptr(unsafe.Pointer(&sid)), 0, 0, 0, uintptr(unsafe.Pointer(&descriptor))) //nolint:gosec // Windows writes an address into each, which have room for one
	if code != 0 {
		return "", syscall.Errno(code)
	}
	defer func() { _, _ = syscall.LocalFree(descriptor) }()
	return sid.String()
}

// thisUser is the security identifier of this process's user.
func thisUser() (string, error) {
	token, err := syscall.OpenCurrentProcessToken()
	if err != nil {
		return "", err
	}
	defer func() { _ = token.Close() }() // only read from
	user, err := token.GetTokenUser()
	if err != nil {
		return "", err
	}
	return user.User.Sid.String()
}

// pipe is a connection over a named pipe.
type pipe struct{ *os.File }

func (p pipe) LocalAddr() net.Addr  { return pipeAddr(p.Name()) }
func (p pipe) RemoteAddr() net.Addr { return pipeAddr(p.Name()) }

// pipeAddr is the path of a pipe.
type pipeAddr string

func (pipeAddr) Network() string  { return "pipe" }
func (a pipeAddr) String() string { return string(a) }

var getServer = syscall.NewLazyDLL("kernel32.dll").NewProc("GetNamedPipeServerProcessId")

// serverOf is the process at the other end of a pipe, 0 if unknown.
func serverOf(f *os.File) int {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0
	}
	var pid uint32
	ok := uintptr(0)
	ask := func(fd uintptr) { ok, _, _ = getServer.Call(fd, uintptr(unsafe.Pointer(&pid))) } //nolint:gosec // Windows writes a ULONG into it, which is 32 bits
	if err := raw.Control(ask); err != nil || ok == 0 {
		return 0
	}
	return int(pid)
}

// What a process is opened for, and the exit code of one that runs (winnt.h).
const (
	queryLimited = 0x1000
	stillActive  = 259
)

// runs reports whether a process has not ended.
func runs(pid int) bool {
	h, err := syscall.OpenProcess(queryLimited, false, uint32(pid)) //nolint:gosec // it is what serverOf returned, of 32 bits
	if err != nil {
		return false
	}
	defer func() { _ = syscall.CloseHandle(h) }() // only asked
	var code uint32
	return syscall.GetExitCodeProcess(h, &code) == nil && code == stillActive
}
