//go:build !windows

package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/claviger/claviger/internal/owner"
)

// maxSocketPath is the longest path that fits into a socket address on every system;
// macOS has the least room (104 bytes with the final zero).
const maxSocketPath = 103

// listen makes the socket in a folder that only this user can enter. One that an earlier
// agent left is replaced.
func listen(ctx context.Context, path string) (*Socket, error) {
	if err := prepare(path); err != nil {
		return nil, err
	}
	// Before the lock: an agent that the service manager starts now takes it.
	if alive(ctx, path) {
		return nil, fmt.Errorf("%w: %s", ErrRunning, path)
	}
	lock, err := claim(path)
	if err != nil {
		return nil, err
	}
	if err := removeStale(ctx, path); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, errors.Join(noSocket(path, err), lock.Close())
	}
	// Its folder is closed to others, and so is the mode that it was made with.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("the agent's socket: %w", err), l.Close(), lock.Close())
	}
	return &Socket{l, lock}, nil
}

// noSocket says why there can be no socket at a path.
func noSocket(path string, err error) error {
	var cause syscall.Errno
	if !errors.As(err, &cause) {
		return err
	}
	if cause == syscall.EPERM || cause == syscall.ENOSYS || cause == syscall.EOPNOTSUPP { // such as FAT, and FUSE without mknod(2)
		return fmt.Errorf("the file system of %s takes no sockets: %w", filepath.Dir(path), cause)
	}
	return fmt.Errorf("%s cannot be made: %w", path, cause)
}

// Inherit takes the socket that the service manager made (sd_listen_fds(3)); it is nil
// if there is none. The variables are read with getenv.
func Inherit(getenv func(string) string) (*Socket, error) {
	if getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return nil, nil //nolint:nilnil // none is no error
	}
	if n := getenv("LISTEN_FDS"); n != "1" {
		return nil, fmt.Errorf("the service manager hands over %s sockets instead of 1", n)
	}
	const first = 3 // SD_LISTEN_FDS_START
	f := os.NewFile(first, "socket of the service manager")
	l, err := net.FileListener(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("the socket of the service manager: %w", err)
	}
	u, ok := l.(*net.UnixListener)
	if !ok {
		return nil, errors.Join(errors.New("the socket of the service manager is no Unix socket"), l.Close())
	}
	u.SetUnlinkOnClose(false) // it stays, for the next start
	lock, err := claim(u.Addr().String())
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &Socket{l, lock}, nil
}

// prepare makes the folder of a socket, which only this user can enter.
func prepare(path string) error {
	if !filepath.IsAbs(path) || len(path) > maxSocketPath {
		return fmt.Errorf("the path of the agent's socket must be absolute and have at most %d characters: %s", maxSocketPath, path)
	}
	dir := filepath.Dir(path)
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = owner.Private(dir)
	}
	if err != nil {
		return fmt.Errorf("the folder of the agent's socket: %w", err)
	}
	return nil
}

// lockOf is the path of the lock of a socket, in the socket's folder, which it makes.
func lockOf(path string) (string, error) { return path + lockSuffix, prepare(path) }

// alive reports whether something listens at a path. It may be so busy that it takes no
// connection now (EAGAIN).
func alive(ctx context.Context, path string) bool {
	ctx, cancel := context.WithTimeout(ctx, headerTime)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	if err == nil {
		_ = c.Close() // nothing was asked
	}
	return err == nil || errors.Is(err, syscall.EAGAIN)
}

// removeStale removes the socket of an agent that ended without doing so. Whoever
// holds the lock may. Anything else at its place is left alone.
func removeStale(ctx context.Context, path string) error {
	fi, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the agent's socket: %w", err)
	}
	if fi.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is in the way of the agent's socket, and is none; remove it", path)
	}
	if alive(ctx, path) {
		return fmt.Errorf("%w: %s", ErrRunning, path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("the socket of an earlier agent: %w", err)
	}
	return nil
}
