//go:build unix

package owner

import (
	"bufio"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
)

const (
	// judged means that files have owners here.
	judged    = true
	superuser = 0
	// noWait opens a pipe without waiting for a writer.
	noWait = syscall.O_NONBLOCK
)

// me is who this process acts as.
func me() int { return os.Geteuid() }

// of is the user that a file belongs to.
func of(fi fs.FileInfo) int {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return me()
}

// groupOf is the group of a file.
func groupOf(fi fs.FileInfo) int {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int(st.Gid)
	}
	return os.Getegid()
}

// private reports whether the group that may write a file is its owner alone: the
// superuser's, or a group of the same number or name without other members. If
// an access list lets someone else in, the mode's group is that list's mask.
func private(path string, fi fs.FileInfo) bool {
	uid, gid := of(fi), groupOf(fi)
	if listed(path) {
		return false
	}
	if gid == 0 {
		return true
	}
	name, others := ownerAmong("/etc/passwd", uid, gid)
	group, members := groupNamed("/etc/group", gid)
	for _, m := range members {
		others = others || m != name
	}
	return !others && (gid == uid || name != "" && group == name)
}

// ownerAmong finds the name of a user (passwd(5)), and whether a group is the
// first one of others.
func ownerAmong(path string, uid, gid int) (name string, others bool) {
	eachLine(path, 4, func(f []string) {
		switch {
		case f[2] == strconv.Itoa(uid):
			name = f[0]
		case f[3] == strconv.Itoa(gid):
			others = true
		}
	})
	return name, others
}

// groupNamed finds the name of a group and its members (group(5)).
func groupNamed(path string, gid int) (name string, members []string) {
	eachLine(path, 4, func(f []string) {
		if f[2] == strconv.Itoa(gid) {
			name = f[0]
			members = append(members, strings.FieldsFunc(f[3], func(c rune) bool { return c == ',' })...)
		}
	})
	return name, members
}

// eachLine calls use with the fields of each line that has that many.
func eachLine(path string, fields int, use func([]string)) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }() // only read from
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if parts := strings.Split(lines.Text(), ":"); len(parts) >= fields {
			use(parts)
		}
	}
}
