package agent

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/gofrs/flock"

	"github.com/claviger/claviger/auth/problem"
)

// ErrRunning means that another agent serves the socket.
var ErrRunning = errors.New("another agent serves this socket")

// SocketError is why there is no socket, or named pipe, for the agent.
type SocketError struct{ cause error }

func (e *SocketError) Error() string { return e.cause.Error() }
func (e *SocketError) Unwrap() error { return e.cause }

// Wording implements [problem.Worded].
func (e *SocketError) Wording() problem.Wording {
	return problem.Wording{Key: "agent-socket", Reason: e.cause.Error()}
}

// Listen makes the socket, or the named pipe, at a path; only this user can connect to
// it. If another agent serves it, or the service manager listens there to start one, the
// error wraps [ErrRunning]; every other one is a [*SocketError].
func Listen(ctx context.Context, path string) (*Socket, error) {
	s, err := listen(ctx, path)
	if err != nil && !errors.Is(err, ErrRunning) {
		err = &SocketError{err}
	}
	return s, err
}

// lockSuffix ends the path of a lock.
const lockSuffix = ".lock"

// Socket is the agent's socket, or named pipe. Its lock says that this process serves it,
// and ends with the process.
type Socket struct {
	net.Listener
	lock *flock.Flock
}

// Close ends listening, then gives up the lock.
func (s *Socket) Close() error {
	err := s.Listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return errors.Join(err, s.lock.Close())
}

// claim takes the lock of whoever serves a socket.
func claim(path string) (*flock.Flock, error) {
	file, err := lockOf(path)
	if err != nil {
		return nil, err
	}
	lock := flock.New(file, flock.SetPermissions(0o600), flock.SetFlag(lockFlags))
	held, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("the lock of the agent: %w", err)
	case !held:
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrRunning, path), lock.Close())
	}
	return lock, nil
}
