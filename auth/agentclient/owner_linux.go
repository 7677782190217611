package agentclient

import (
	"bytes"
	"net"
	"os"
	"strconv"
	"syscall"
)

// ownerOf is the process and the user who made the socket at the other end (SO_PEERCRED of
// unix(7)).
func ownerOf(c net.Conn) (pid, uid int, ok bool) {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return 0, 0, false
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return 0, 0, false
	}
	var cred *syscall.Ucred
	if err := raw.Control(func(fd uintptr) {
		cred, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); err != nil || cred == nil {
		return 0, 0, false
	}
	return int(cred.Pid), int(cred.Uid), true
}

// runs reports whether a process is not stopped (proc_pid_stat(5)): the agent, or the
// service manager, which starts it now.
func runs(pid int) bool {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	end := bytes.LastIndexByte(data, ')') // of its name
	if err != nil || end < 0 || end+2 >= len(data) {
		return false
	}
	return bytes.IndexByte([]byte("RSD"), data[end+2]) >= 0
}
