package receive

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// listening is the state of a socket that listens (TCP_LISTEN of the kernel's tcp.h).
const listening = "0A"

// ListenerAt is the process that listens at a TCP port of this computer. It is not ok if
// none does, or if the system does not say: another user's files are not shown
// (proc_pid_fd(5)).
func ListenerAt(port int) (pid int, ok bool) {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		data, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(data))
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			if len(fields) < 10 || fields[3] != listening {
				continue
			}
			if at, err := kernelAddress(fields[1]); err != nil || int(at.Port()) != port {
				continue
			}
			if pid, ok = holderOf(fields[9]); ok {
				return pid, true
			}
		}
	}
	return 0, false
}

// holderOf is the process that has a socket open.
func holderOf(socket string) (pid int, ok bool) {
	files, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return 0, false
	}
	for _, file := range files {
		if to, err := os.Readlink(file); err == nil && to == "socket:["+socket+"]" {
			pid, err := strconv.Atoi(strings.Split(file, "/")[2])
			return pid, err == nil
		}
	}
	return 0, false
}
