package agent

import (
	"errors"
	"fmt"
	"net"

	"github.com/gofrs/flock"
)

// ErrRunning means that another agent serves the socket.
var ErrRunning = errors.New("another agent serves this socket")

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
