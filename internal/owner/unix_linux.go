package owner

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// listed reports whether a file has an access list of its own (acl(5)).
func listed(path string) bool {
	n, err := syscall.Getxattr(path, "system.posix_acl_access", nil)
	return err == nil && n > 0
}

func unmapped(uid int) bool { return Unmapped(uid) }

// Unmapped reports whether a user's number stands for all those that this user
// namespace has no number for (user_namespaces(7)), as in a container without
// privileges: they are mostly the system's.
func Unmapped(uid int) bool {
	overflow, err := os.ReadFile("/proc/sys/kernel/overflowuid")
	if err != nil || strings.TrimSpace(string(overflow)) != strconv.Itoa(uid) {
		return false
	}
	ranges, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && !mapped(string(ranges), uid)
}

// mapped reports whether a uid_map has a number: lines of first inside, first
// outside, how many.
func mapped(ranges string, uid int) bool {
	for line := range strings.Lines(ranges) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		first, err := strconv.ParseInt(f[0], 10, 64)
		count, err2 := strconv.ParseInt(f[2], 10, 64)
		if err == nil && err2 == nil && int64(uid) >= first && int64(uid) < first+count {
			return true
		}
	}
	return false
}
