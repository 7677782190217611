package agent

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// lockHolder is the process that holds a lock on a file (flock(2)), as the kernel lists
// them: "1: FLOCK  ADVISORY  WRITE 708 08:01:131130 0 EOF" (proc_locks(5)). Trying to
// take the lock would keep an agent from it that just starts.
func lockHolder(path string) int {
	fi, err := os.Stat(path)
	if err != nil {
		return 0
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	table, err := os.ReadFile("/proc/locks")
	if !ok || err != nil {
		return 0
	}
	inode := strconv.FormatUint(st.Ino, 10)
	lines := bufio.NewScanner(bytes.NewReader(table))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[1] != "FLOCK" || !strings.HasSuffix(f[5], ":"+inode) {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
			return pid
		}
	}
	return 0
}

// accepting marks a socket that listens (__SO_ACCEPTCON of the kernel's net.h).
const accepting = 1 << 16

// listens reports whether someone listens at a path (unix(7), /proc/net/unix).
func listens(path string) bool {
	table, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		return false
	}
	lines := bufio.NewScanner(bytes.NewReader(table))
	for lines.Scan() {
		// Num RefCount Protocol Flags Type St Inode Path
		f := strings.Fields(lines.Text())
		if len(f) < 8 || !strings.HasSuffix(lines.Text(), " "+path) {
			continue
		}
		if flags, err := strconv.ParseUint(f[3], 16, 64); err == nil && flags&accepting != 0 {
			return true
		}
	}
	return false
}
