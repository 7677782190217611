package receive

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/owner"
)

// ofAnotherUser reports that a request to a loopback listener surely comes from
// another user of this computer, or from one who is gone: the kernel says who owns
// the other end of a connection (proc_pid_net(5)). The superuser is not another user: relays such
// as those of WSL run as root, and root can read this process anyway.
func ofAnotherUser(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return false
	}
	here, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return false
	}
	there, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	uid, ok := ownerOf(os.ReadFile, there, here)
	if !ok {
		// Who is on no table is another machine's, such as a browser on the host of a
		// virtual one, or reset the connection: then our end of it is gone as well.
		_, open := ownerOf(os.ReadFile, here, there)
		return !open && readable()
	}
	if owner.Unmapped(uid) {
		// The number stands for everybody that this user namespace does not know,
		// this process perhaps among them.
		return !ownsConnection("/proc", there, here)
	}
	return uid != 0 && uid != os.Getuid()
}

// ownsConnection reports whether a process of this very user has the connection
// from local to remote: the kernel shows the open files of no other user's
// (proc_pid_fd(5)). It is for those whose number says nothing.
func ownsConnection(proc string, local, remote netip.AddrPort) bool {
	for _, table := range []string{proc + "/net/tcp", proc + "/net/tcp6"} {
		data, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		fields := lineOf(data, local, remote)
		if fields == nil || fields[9] == "0" {
			continue
		}
		files, err := filepath.Glob(proc + "/[0-9]*/fd/*")
		if err != nil {
			return false
		}
		for _, file := range files {
			if to, err := os.Readlink(file); err == nil && to == "socket:["+fields[9]+"]" {
				return true
			}
		}
	}
	return false
}

// nobody owns a connection that was closed at the other end. The kernel says 0,
// which is also the superuser's.
const nobody = -1

// readable reports whether the kernel's table can be read at all.
func readable() bool {
	_, err := os.ReadFile("/proc/net/tcp")
	return err == nil
}

// looks is how often the tables are read before a connection counts as on none: one
// that opens or changes its state meanwhile can be missing from a reading.
const looks = 3

// ownerOf finds who owns the connection from local to remote.
func ownerOf(read func(string) ([]byte, error), local, remote netip.AddrPort) (uid int, ok bool) {
	for range looks {
		for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
			data, err := read(table)
			if err != nil {
				continue
			}
			if uid, ok = findOwner(data, local, remote); ok {
				return uid, true
			}
		}
	}
	return 0, false
}

// findOwner looks a connection up in the kernel's table of them.
func findOwner(table []byte, local, remote netip.AddrPort) (uid int, ok bool) {
	fields := lineOf(table, local, remote)
	switch {
	case fields == nil:
		return 0, false
	case fields[9] == "0": // no socket, and so no process
		return nobody, true
	}
	uid, err := strconv.Atoi(fields[7])
	return uid, err == nil
}

// lineOf finds the fields of a connection's line; nil if it has none.
func lineOf(table []byte, local, remote netip.AddrPort) []string {
	lines := bufio.NewScanner(bytes.NewReader(table))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 {
			continue
		}
		a, err := kernelAddress(fields[1])
		if err != nil || a != local {
			continue
		}
		if b, err := kernelAddress(fields[2]); err != nil || b != remote {
			continue
		}
		return fields
	}
	return nil
}

// kernelAddress reads "0100007F:C8B5": 32-bit words in the machine's byte order,
// then the port.
func kernelAddress(s string) (netip.AddrPort, error) {
	host, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(host)
	if err != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, fmt.Errorf("not an address: %q", s)
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	address, ok := netip.AddrFromSlice(raw)
	number, err := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil {
		return netip.AddrPort{}, fmt.Errorf("not an address: %q", s)
	}
	return netip.AddrPortFrom(address.Unmap(), uint16(number)), nil
}
