package receive

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOwnerOfAConnection(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:C8B5 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0 20 4 30 10 -1
   1: 0100007F:1F90 0100007F:C8B5 01 00000000:00000000 00:00000000 00000000  1001        0 13 1 0 20 4 30 10 -1
   2: 00000000000000000000000001000000:C8B6 00000000000000000000000001000000:1F90 01 00000000:00000000 00:00000000 00000000  1002        0 14 1 0
   3: 0000000000000000FFFF00000100007F:C8B7 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000  1003        0 15 1 0
   4: 0100007F:C8B8 0100007F:1F90 05 00000000:00000000 03:00000f54 00000000     0        0 0 2 0
   5: short
`
	for name, c := range map[string]struct {
		local, remote string
		uid           int
		ok            bool
	}{
		"the browser":        {"127.0.0.1:51381", "127.0.0.1:8080", 1000, true},
		"this program":       {"127.0.0.1:8080", "127.0.0.1:51381", 1001, true},
		"IPv6":               {"[::1]:51382", "[::1]:8080", 1002, true},
		"IPv4 within IPv6":   {"127.0.0.1:51383", "127.0.0.1:8080", 1003, true},
		"one that is closed": {"127.0.0.1:51384", "127.0.0.1:8080", nobody, true},
		"another port":       {"127.0.0.1:51385", "127.0.0.1:8080", 0, false},
	} {
		uid, ok := findOwner([]byte(strings.ReplaceAll(table, "0100007F", native("0100007F"))), netip.MustParseAddrPort(c.local), netip.MustParseAddrPort(c.remote))
		if uid != c.uid || ok != c.ok {
			t.Errorf("%s: %d, %v", name, uid, ok)
		}
	}
	for _, odd := range []string{"", ":", "0100007F", "0100007F:zz", "01000:1F90", "zz:1F90", "0100007F:1F90F"} {
		if a, err := kernelAddress(odd); err == nil {
			t.Errorf("%q is read as %s", odd, a)
		}
	}
}

// Whose number says nothing is known by the open files of this user's processes,
// which the kernel shows of nobody else.
func TestOwnsConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	here, there := netip.MustParseAddrPort(conn.LocalAddr().String()), netip.MustParseAddrPort(conn.RemoteAddr().String())
	if !ownsConnection("/proc", here, there) {
		t.Error("a connection of this process is not its user's")
	}
	if ownsConnection("/proc", netip.AddrPortFrom(here.Addr(), 1), there) {
		t.Error("a connection that is none is this user's")
	}
	// A kernel that shows the connection, and no process that has it.
	proc := t.TempDir()
	table, err := os.ReadFile("/proc/net/tcp")
	if err == nil {
		err = errors.Join(os.Mkdir(filepath.Join(proc, "net"), 0o700), os.WriteFile(filepath.Join(proc, "net", "tcp"), table, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	if ownsConnection(proc, here, there) {
		t.Error("a connection of a process that is not shown is this user's")
	}
}

// The kernel's table can lack a connection that opens or moves while it is read: who
// is missing from it once is not nobody, and not on another machine either.
func TestOwnerIsLookedForAgain(t *testing.T) {
	const line = "   0: 0100007F:C8B5 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 12 1 0\n"
	there, here := netip.MustParseAddrPort("127.0.0.1:51381"), netip.MustParseAddrPort("127.0.0.1:8080")
	for missing := range 4 {
		reads := 0
		uid, ok := ownerOf(func(name string) ([]byte, error) {
			if name != "/proc/net/tcp" {
				return nil, os.ErrNotExist
			}
			if reads++; reads <= missing {
				return []byte("  sl\n"), nil
			}
			return []byte(line), nil
		}, there, here)
		if want := missing < looks; ok != want || ok && uid != 1001 {
			t.Errorf("missing %d times: %d, %v", missing, uid, ok)
		}
	}
}

// native is an IPv4 address as this machine's kernel writes it.
func native(little string) string { return little }
