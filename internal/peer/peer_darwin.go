package peer

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/claviger/claviger/internal/plain"
)

// Of is the process that connected to a socket (LOCAL_PEERPID and LOCAL_PEERCRED of
// sys/un.h). It is [ErrGone] if that has ended. The kernel keeps the id, not the
// process: [Process.Same] finds what changes after Of.
func Of(c net.Conn) (Process, error) {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return Process{}, ErrUnknown
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return Process{}, fmt.Errorf("the socket's other end: %w", err)
	}
	var (
		pid             int
		cred            *unix.Xucred
		pidErr, credErr error
	)
	err = raw.Control(func(fd uintptr) {
		pid, pidErr = unix.GetsockoptInt(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERPID)
		cred, credErr = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	})
	if err := errors.Join(err, pidErr, credErr); err != nil {
		return Process{}, fmt.Errorf("the socket's other end: %w", err)
	}
	p, err := Lookup(pid)
	if err != nil {
		return Process{}, err
	}
	p.UID = int(cred.Uid)
	return p, nil
}

// Lookup asks the kernel (sysctl kern.proc.pid and kern.procargs2). The folder and
// the terminal stay unknown.
func Lookup(pid int) (Process, error) {
	k, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return Process{}, ErrGone
	}
	p := Process{
		PID: pid, UID: int(k.Eproc.Ucred.Uid), Parent: int(k.Eproc.Ppid),
		Name:  plain.Line(unix.ByteSliceToString(k.Proc.P_comm[:]), maxText),
		start: uint64(k.Proc.P_starttime.Sec)*1_000_000 + uint64(k.Proc.P_starttime.Usec),
	}
	// The number of arguments (4 bytes), the path, zeros, the arguments, then the
	// environment, which is nobody's business.
	data, err := unix.SysctlRaw("kern.procargs2", pid)
	if err != nil || len(data) < 4 {
		return p, nil
	}
	path, rest, _ := bytes.Cut(data[4:], []byte{0})
	p.Executable = plain.Line(string(path), 0)
	if info, err := os.Stat(string(path)); err == nil {
		p.file = fileOf(info)
	}
	count := int(data[0]) | int(data[1])<<8
	for _, arg := range bytes.SplitN(bytes.TrimLeft(rest, "\x00"), []byte{0}, count+1) {
		if len(p.Args) == count {
			break
		}
		p.Args = append(p.Args, string(arg))
	}
	return p, nil
}

func identify(pid int) (Process, error) { return Lookup(pid) }

func fileOf(info os.FileInfo) fileID {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}
	}
	return fileID{
		dev: uint64(s.Dev), ino: s.Ino, size: s.Size,
		mtime: s.Mtimespec.Nano(), changed: s.Ctimespec.Nano(),
	}
}

// image is the path at which the file that the process runs can be read.
func (p Process) image() string { return p.Executable }
