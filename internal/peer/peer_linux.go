package peer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/claviger/claviger/internal/plain"
)

// Of is the process that connected to a socket (SO_PEERCRED of unix(7)). It is
// [ErrGone] if that has ended.
//
// The kernel keeps the id, not the process: it may have ended, and another may have
// its id. A kernel that gives a handle of the process (SO_PEERPIDFD, Linux 6.5)
// settles that; with an older one, [Process.Same] finds what changes after Of.
func Of(c net.Conn) (Process, error) {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return Process{}, ErrUnknown
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return Process{}, fmt.Errorf("the socket's other end: %w", err)
	}
	var cred *unix.Ucred
	handle, credErr := -1, error(nil)
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		if h, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_PEERPIDFD); err == nil {
			handle = h
		}
	})
	if err := errors.Join(err, credErr); err != nil {
		return Process{}, fmt.Errorf("the socket's other end: %w", err)
	}
	if handle >= 0 {
		defer func() { _ = unix.Close(handle) }() // it held nothing
	}
	p, err := Lookup(int(cred.Pid))
	if err != nil {
		return Process{}, err
	}
	if handle >= 0 && unix.PidfdSendSignal(handle, 0, nil, 0) != nil {
		return Process{}, ErrGone // what was read may be of another process
	}
	p.UID = int(cred.Uid)
	return p, nil
}

// Lookup reads what /proc has of a process (proc(5)). What the kernel keeps from
// this user, such as the file of a set-user-ID program, stays unknown.
func Lookup(pid int) (Process, error) {
	dir := "/proc/" + strconv.Itoa(pid)
	stat, err := readStat(dir)
	if err != nil {
		return Process{}, ErrGone
	}
	p := Process{PID: pid, Name: plain.Line(stat.name, maxText), Parent: stat.parent, start: stat.start}
	if info, err := os.Stat(dir); err == nil {
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			p.UID = int(s.Uid)
		}
	}
	p.Executable, p.file = executable(dir)
	if line, err := readStart(dir+"/cmdline", maxCommandLine); err == nil {
		p.Args = strings.Split(string(bytes.TrimSuffix(line, []byte{0})), "\x00")
	}
	if path, err := os.Readlink(dir + "/cwd"); err == nil {
		p.Dir = plain.Line(path, maxText)
	}
	p.Terminal = terminal(stat.terminal)
	return p, nil
}

// identify is [Lookup] of no more than tells processes apart.
func identify(pid int) (Process, error) {
	dir := "/proc/" + strconv.Itoa(pid)
	stat, err := readStat(dir)
	if err != nil {
		return Process{}, ErrGone
	}
	p := Process{PID: pid, start: stat.start}
	if f, file := openExecutable(dir); f != nil {
		p.file = file
		_ = f.Close() // nothing was written
	}
	return p, nil
}

// maxCommandLine bounds what is read of a command line, in bytes. A process can make its
// own as long as its memory (PR_SET_MM of prctl(2)).
const maxCommandLine = 64 << 10

// readStart reads no more than the first most bytes of a file.
func readStart(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	return io.ReadAll(io.LimitReader(f, most))
}

// executable is the path of the file that a process runs, and which file it is. Both
// are asked of one open file, since the process can turn into another program between
// two looks at it.
func executable(dir string) (string, fileID) {
	f, file := openExecutable(dir)
	if f == nil {
		return "", fileID{}
	}
	defer func() { _ = f.Close() }() // nothing was written
	path, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(f.Fd())))
	if err != nil {
		return "", fileID{}
	}
	return plain.Line(place(path, f, file), 0), file
}

// place is where a file is, by the path that the kernel has of it.
func place(path string, f *os.File, file fileID) string {
	if info, err := os.Stat(path); err == nil && fileOf(info).same(file) {
		return path
	}
	path = strings.TrimSuffix(path, " (deleted)") // it was removed or replaced
	if strings.HasPrefix(path, "/memfd:") || mountedHere(f) {
		return path
	}
	return Elsewhere + path
}

// mountedHere reports whether an open file is on one of the mounts that this process has
// (proc_pid_mountinfo(5)), or on that of its root directory, which a chroot leaves out.
func mountedHere(f *os.File) bool {
	id := mountOf(f)
	root, err := os.OpenFile("/", unix.O_PATH, 0)
	if id == "" || err != nil {
		return false
	}
	defer func() { _ = root.Close() }() // nothing was written
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	return id == mountOf(root) || err == nil && strings.Contains("\n"+string(mounts), "\n"+id+" ")
}

// mountOf is the number of the mount that an open file is on (proc_pid_fdinfo(5)); "" if
// it is unknown.
func mountOf(f *os.File) string {
	info, err := os.ReadFile("/proc/self/fdinfo/" + strconv.Itoa(int(f.Fd())))
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(info), "mnt_id:")
	id, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	return id
}

// openExecutable opens the file that a process runs, without reading it; nil if it is
// unknown.
func openExecutable(dir string) (*os.File, fileID) {
	f, err := os.OpenFile(dir+"/exe", unix.O_PATH, 0)
	if err != nil {
		return nil, fileID{}
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close() // the same
		return nil, fileID{}
	}
	return f, fileOf(info)
}

func fileOf(info os.FileInfo) fileID {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}
	}
	return fileID{
		dev: s.Dev, ino: s.Ino, size: s.Size,
		mtime: s.Mtim.Nano(), changed: s.Ctim.Nano(),
	}
}

// image is the path at which the file that the process runs can be read.
func (p Process) image() string { return "/proc/" + strconv.Itoa(p.PID) + "/exe" }

// stat is what proc_pid_stat(5) has.
type stat struct {
	name     string
	parent   int
	terminal uint64
	start    uint64 // in clock ticks since the computer started
}

// readStat reads /proc/PID/stat: the id, the name in brackets, which can hold
// brackets too, and then numbers.
func readStat(dir string) (stat, error) {
	data, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return stat{}, err
	}
	open, end := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if open < 0 || end < open {
		return stat{}, errors.New("unreadable")
	}
	fields := strings.Fields(string(data[end+1:]))
	if len(fields) < 20 {
		return stat{}, errors.New("unreadable")
	}
	s := stat{name: string(data[open+1 : end])}
	s.parent, _ = strconv.Atoi(fields[1])
	s.terminal, _ = strconv.ParseUint(fields[4], 10, 64)
	s.start, err = strconv.ParseUint(fields[19], 10, 64)
	return s, err
}

// Device numbers of terminals (devices.txt of the kernel).
const (
	ptyFirst, ptyLast = 136, 143
	consoles          = 4
)

// terminal names a terminal by its device number; "" if there is none or it has no
// usual name.
func terminal(device uint64) string {
	major, minor := unix.Major(device), unix.Minor(device)
	switch {
	case major >= ptyFirst && major <= ptyLast:
		return fmt.Sprintf("/dev/pts/%d", (major-ptyFirst)<<8+minor)
	case major == consoles && minor > 0 && minor < 64:
		return fmt.Sprintf("/dev/tty%d", minor)
	}
	return ""
}
