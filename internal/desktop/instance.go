package desktop

import (
	"bufio"
	"context"
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
	// raiseWord is the only message to the window, raiseAnswer the only answer.
	raiseWord, raiseAnswer = "raise\n", "ok\n"
	// raiseTimeout limits one conversation, claimTimeout all of them.
	raiseTimeout, claimTimeout = 2 * time.Second, 10 * time.Second
	// claimPause is between two tries, while another window starts or ends; acceptPause
	// while no start can be taken.
	claimPause, acceptPause = 50 * time.Millisecond, 100 * time.Millisecond
)

// Instance says that this process has the window. The lock names the process and
// ends with it; a socket, on Windows a pipe, carries the wish of later starts to see the
// window.
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
	place, err := placeOf(dir)
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
			return serveInstance(ctx, lock, place)
		}
		// The holder may be about to listen or about to end: try both again.
		if quiet || askToRaise(ctx, place) == nil {
			return nil, lock.Close()
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(errors.New("another window is open but does not respond"), lock.Close())
		case <-time.After(claimPause):
		}
	}
}

// serveInstance listens for later starts, for whoever holds the lock.
func serveInstance(ctx context.Context, lock *flock.Flock, place string) (*Instance, error) {
	l, err := listen(ctx, place)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
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

// askToRaise asks the process that listens at a place to bring its window to the front.
func askToRaise(ctx context.Context, place string) error {
	ctx, cancel := context.WithTimeout(ctx, raiseTimeout)
	defer cancel()
	conn, err := dial(ctx, place)
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

// Close stops listening, then releases the lock.
func (i *Instance) Close() error {
	err := i.listener.Close()
	i.serving.Wait()
	return errors.Join(err, i.lock.Close())
}
