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

// connect connects to a named pipe of this user. pid is not asked for.
func connect(ctx context.Context, path string) (conn net.Conn, pid int, err error) {
	// A pipe of another computer would be asked in this user's name.
	if !strings.HasPrefix(path, pipeRoot) {
		return nil, 0, fmt.Errorf("an agent's path begins with %s on Windows", pipeRoot)
	}
	f, err := open(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	if err := ownPipe(f); err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return pipe{f}, 0, nil
}

// open opens a pipe, and waits for [patience] at most while others take its parts.
func open(ctx context.Context, path string) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		f, err := os.OpenFile(path, os.O_RDWR|flagOverlapped|anonymous, 0)
		if !errors.Is(err, errPipeBusy) {
			return f, err
		}
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
	if code, _, _ := getSecurityInfo.Call(handle, seFileObject, ownerOnly,
		uintptr(unsafe.Pointer(&sid)), 0, 0, 0, uintptr(unsafe.Pointer(&descriptor))); code != 0 {
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

// runs is unknown: a pid is not asked for.
func runs(int) bool { return false }
