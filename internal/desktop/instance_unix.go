//go:build unix

package desktop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// maxSocketPath is the longest path that fits into a socket address on every system;
// macOS has the least room (104 bytes with the final zero).
const maxSocketPath = 100

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

// placeOf is where the window of a folder listens: dir/window.sock or, if that is too long
// for a socket address, a path in the folder for run-time files, named after dir.
func placeOf(dir string) (string, error) {
	path := filepath.Join(dir, "window.sock")
	if len(path) <= maxSocketPath {
		return path, nil
	}
	sum := sha256.Sum256([]byte(dir))
	parent := os.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(parent) {
		parent = os.TempDir()
	}
	short := filepath.Join(parent, "claviger-"+hex.EncodeToString(sum[:12]))
	// #nosec G703 -- the folder for run-time files is the person's to choose.
	if err := os.Mkdir(short, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("folder of the window's socket: %w", err)
	}
	// Others may write in the temporary folder: what is there must be ours.
	if err := checkOwnFolder(short); err != nil {
		return "", err
	}
	path = filepath.Join(short, "w.sock")
	if len(path) > maxSocketPath {
		return "", fmt.Errorf("the path of %s is too long for a socket; set CLAVIGER_HOME to a shorter one", short)
	}
	return path, nil
}

// listen listens at a place. Whoever holds the lock may remove a socket that an earlier
// holder left behind.
func listen(ctx context.Context, place string) (net.Listener, error) {
	if err := os.Remove(place); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("socket of an earlier window: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", place)
	if err != nil {
		return nil, fmt.Errorf("socket of the window: %w", err)
	}
	// Its folder is closed to others, and so is the mode it was made with.
	if err := os.Chmod(place, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("socket of the window: %w", err), l.Close())
	}
	return l, nil
}

func dial(ctx context.Context, place string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", place)
}
