//go:build unix

package agentclient

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// own reports whether a socket is this user's or the superuser's, and no other user can
// put another one in its place. It is asked if the system does not say who listens.
func own(path string) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	socket, err := os.Stat(path)
	if err != nil {
		return err
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	open := folder.Mode().Perm()&0o022 != 0 && folder.Mode()&fs.ModeSticky == 0
	if !mine(socket) || !mine(folder) || open {
		return errForeign
	}
	return nil
}

func mine(fi fs.FileInfo) bool {
	s, ok := fi.Sys().(*syscall.Stat_t)
	return ok && (s.Uid == 0 || int(s.Uid) == os.Getuid())
}

var errForeign = errors.New("the socket is another user's, or another user can replace it")
