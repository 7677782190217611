//go:build !windows

package agent

import (
	"errors"
	"io/fs"
	"os"
)

// Look looks at the socket at a path.
func Look(path string) (State, error) {
	fi, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	return State{
		There: true, Socket: fi.Mode().Type() == fs.ModeSocket,
		PID: lockHolder(path + lockSuffix), Listening: listens(path),
	}, nil
}
