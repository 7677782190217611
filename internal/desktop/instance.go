package desktop

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

const (
	// maxSocketPath is the longest path that fits into a socket address on
	// every system; macOS has the least room (104 bytes with the final zero).
	maxSocketPath = 100
	// raiseWord is the only message on the socket, raiseAnswer the only answer.
	raiseWord, raiseAnswer = "raise\n", "ok\n"
	// raiseTimeout limits one conversation, claimTimeout all of them.
	raiseTimeout, claimTimeout = 2 * time.Second, 10 * time.Second
	// claimPause is between two tries, while another window starts or ends; acceptPause
	// while no start can be taken.
	claimPause, acceptPause = 50 * time.Millisecond, 100 * time.Millisecond
)

// Instance says that this process has the window. The lock names the process and
// ends with it; the socket carries the wish of later starts to see the window.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener
	raise    chan struct{}
	serving  sync.WaitGroup
}

// Claim makes this process the one that has the window of a home folder. If another
// process has it, that window comes to the front, unless quiet, and Claim returns nil
// without an error.
func Claim(ctx context.Context, home string, quiet bool) (*Instance, error) {
	dir := filepath.Join(home, "run")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of the window's lock: %w", err)
	}
	if info, err := os.Lstat(dir); err == nil && info.IsDir() {
		_ = os.Chmod(dir, 0o700) //nolint:gosec // 0700 is right for a folder; it is looked at next
	}
	if err := checkOwnFolder(dir); err != nil {
		return nil, err
	}
	socket, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, claimTimeout)
	defer cancel()
	lock := flock.New(filepath.Join(dir, "window.lock"), flock.SetPermissions(0o600), flock.SetFlag(lockFlags))
	for {
		held, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("lock of the window: %w", err)
		}
		if held {
			return serveInstance(ctx, lock, socket)
		}
		// The holder may be about to listen or about to end: try both again.
		if quiet || askToRaise(ctx, socket) == nil {
			return nil, lock.Close()
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(errors.New("another window is open but does not respond"), lock.Close())
		case <-time.After(claimPause):
		}
	}
}

// serveInstance listens for later starts. Whoever holds the lock may remove a
// socket that an earlier holder left behind.
func serveInstance(ctx context.Context, lock *flock.Flock, socket string) (*Instance, error) {
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("socket of an earlier window: %w", err), lock.Close())
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", socket)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("socket of the window: %w", err), lock.Close())
	}
	// Its folder is closed to others, and so is the mode it was made with.
	if err := os.Chmod(socket, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("socket of the window: %w", err), l.Close(), lock.Close())
	}
	i := &Instance{lock: lock, listener: l, raise: make(chan struct{}, 1)}
	i.serving.Go(i.serve)
	return i, nil
}

// Raise has a value when a later start wants to see the window. Wishes that come at
// the same time are one.
func (i *Instance) Raise() <-chan struct{} { return i.raise }

// serve answers one start after the other; each gets two seconds at most.
func (i *Instance) serve() {
	for {
		conn, err := i.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			<-time.After(acceptPause) // such as too many open files: it passes
			continue
		}
		if answerRaise(conn) == nil {
			select {
			case i.raise <- struct{}{}:
			default: // one wish is already waiting
			}
		}
	}
}

func answerRaise(conn net.Conn) error {
	err := conn.SetDeadline(time.Now().Add(raiseTimeout))
	if err == nil {
		var line string
		line, err = bufio.NewReaderSize(conn, 16).ReadString('\n')
		if err == nil && line != raiseWord {
			err = errors.New("unknown wish")
		}
	}
	if err == nil {
		_, err = conn.Write([]byte(raiseAnswer))
	}
	return errors.Join(err, conn.Close())
}

// askToRaise asks the process behind the socket to bring its window to the
// front.
func askToRaise(ctx context.Context, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, raiseTimeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(raiseTimeout)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte(raiseWord)); err != nil {
		return err
	}
	line, err := bufio.NewReaderSize(conn, 16).ReadString('\n')
	if err == nil && line != raiseAnswer {
		err = errors.New("unknown answer")
	}
	return err
}

// Close releases the socket, then the lock.
func (i *Instance) Close() error {
	err := i.listener.Close()
	i.serving.Wait()
	return errors.Join(err, i.lock.Close())
}

// socketPath is dir/window.sock or, if that is too long for a socket address, a
// path in the folder for run-time files, named after dir.
func socketPath(dir string) (string, error) {
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
