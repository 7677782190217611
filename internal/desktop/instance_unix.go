//go:build unix

package desktop

import (
	"fmt"
	"os"
	"syscall"
)

// lockFlags open the lock's file, and refuse a link to another one.
const lockFlags = os.O_CREATE | os.O_RDWR | syscall.O_NOFOLLOW

// checkOwnFolder reports whether path is a folder of this user that no one
// else can enter, and not a link to one.
func checkOwnFolder(path string) error {
	// #nosec G703 -- looking is what makes the path safe to use.
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("folder of the window's socket: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s must be a folder that only you can enter; remove it", path)
	}
	return nil
}
