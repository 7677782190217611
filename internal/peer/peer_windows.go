package peer

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/claviger/claviger/internal/plain"
)

// UIDs of this user's processes, and of all others.
const (
	thisUser  = -1 // as os.Getuid
	otherUser = -2
)

// Of is the process that opened the client's end of a named pipe
// (GetNamedPipeClientProcessId). It is [ErrGone] if that has ended. The kernel keeps the
// id, not the process: [Process.Same] finds what changes after Of.
func Of(c net.Conn) (Process, error) {
	pipe, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return Process{}, ErrUnknown
	}
	var pid uint32
	if err := windows.GetNamedPipeClientProcessId(windows.Handle(pipe.Fd()), &pid); err != nil {
		return Process{}, fmt.Errorf("the pipe's other end: %w", err)
	}
	return Lookup(int(pid))
}

// Lookup asks the kernel. The folder and the terminal stay unknown: they stand only in
// the memory of the process. So does the whole of a process that this one may not
// look at, as one that runs as administrator.
func Lookup(pid int) (Process, error) {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return Process{}, ErrUnknown
	}
	if err != nil {
		return Process{}, ErrGone
	}
	// The id is not taken again while the handle is open.
	defer func() { _ = windows.CloseHandle(h) }()
	var code uint32
	var created, exited, kernel, user windows.Filetime
	if windows.GetExitCodeProcess(h, &code) != nil || code != stillActive ||
		windows.GetProcessTimes(h, &created, &exited, &kernel, &user) != nil {
		return Process{}, ErrGone
	}
	p := Process{PID: pid, UID: uidOf(h), start: uint64(created.HighDateTime)<<32 | uint64(created.LowDateTime)}
	if entry, ok := programOf(pid); ok {
		p.Name, p.Parent = plain.Line(entry.name, maxText), entry.parent
	}
	if path := imageOf(h); path != "" {
		p.Executable = plain.Line(path, 0)
		p.file = fileAt(path)
		// The file cannot be written while the process runs, but programs can set each of
		// its times: what is known of it holds for this process only.
		p.file.changed = int64(p.start)
	}
	p.Args = argsOf(h)
	return p, nil
}

// stillActive is the exit code of a process that runs (STILL_ACTIVE).
const stillActive = 259

// uidOf compares the user of a process with this one's. One that is unknown is another.
func uidOf(h windows.Handle) int {
	var token windows.Token
	if windows.OpenProcessToken(h, windows.TOKEN_QUERY, &token) != nil {
		return otherUser
	}
	defer func() { _ = token.Close() }() // only read from
	theirs, err := token.GetTokenUser()
	if err != nil {
		return otherUser
	}
	ours, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil || !theirs.User.Sid.Equals(ours.User.Sid) {
		return otherUser
	}
	return thisUser
}

// imageOf is the path of the file that a process runs, "" if unknown.
func imageOf(h windows.Handle) string {
	path := make([]uint16, windows.MAX_LONG_PATH)
	n := uint32(len(path))
	if windows.QueryFullProcessImageName(h, 0, &path[0], &n) != nil {
		return ""
	}
	return windows.UTF16ToString(path[:n])
}

// argsOf is the command line of a process (ProcessCommandLineInformation), nil if
// unknown.
func argsOf(h windows.Handle) []string {
	// A UNICODE_STRING, whose length has 16 bits, and its text.
	data := make([]byte, unsafe.Sizeof(windows.NTUnicodeString{})+1<<16)
	if windows.NtQueryInformationProcess(h, windows.ProcessCommandLineInformation, unsafe.Pointer(&data[0]), uint32(len(data)), nil) != nil {
		return nil
	}
	line := (*windows.NTUnicodeString)(unsafe.Pointer(&data[0])).String()
	runtime.KeepAlive(data)
	args, err := windows.DecomposeCommandLine(line)
	if err != nil {
		return nil
	}
	return args
}

// fileAt says which file a path leads to; none that is known if it cannot be read.
func fileAt(path string) fileID {
	f, err := os.Open(path)
	if err != nil {
		return fileID{}
	}
	defer func() { _ = f.Close() }() // only read from
	id, err := fileIn(f)
	if err != nil {
		return fileID{}
	}
	return id
}

// fileIn says which file is open.
func fileIn(f *os.File) (fileID, error) {
	var info windows.ByHandleFileInformation
	raw, err := f.SyscallConn()
	if err != nil {
		return fileID{}, err
	}
	var infoErr error
	err = raw.Control(func(fd uintptr) { infoErr = windows.GetFileInformationByHandle(windows.Handle(fd), &info) })
	if err := errors.Join(err, infoErr); err != nil {
		return fileID{}, err
	}
	return fileID{
		dev: uint64(info.VolumeSerialNumber), ino: uint64(info.FileIndexHigh)<<32 | uint64(info.FileIndexLow),
		size: int64(info.FileSizeHigh)<<32 | int64(info.FileSizeLow), mtime: info.LastWriteTime.Nanoseconds(),
	}, nil
}

func identify(pid int) (Process, error) { return Lookup(pid) }

// fileOf is unknown: what is said of a file by its path does not tell which it is.
func fileOf(os.FileInfo) fileID { return fileID{} }

// image is the path at which the file that the process runs can be read.
func (p Process) image() string { return p.Executable }
