package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// pipeRoot begins the path of every named pipe of this computer.
const pipeRoot = `\\.\pipe\`

// pipeBuffer is how much a pipe holds in each direction until it is read, in bytes.
const pipeBuffer = 64 << 10

// listen makes the named pipe. Its access list names this user alone, the system rejects
// other computers, and nobody can have made a part of it before.
func listen(_ context.Context, path string) (*Socket, error) {
	lock, err := claim(path)
	if err != nil {
		return nil, err
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the user of the agent's pipe: %w", err), lock.Close())
	}
	me := user.User.Sid.String()
	// The owner is named because that of an administrator's objects can be the group,
	// and clients ask for the owner.
	l, err := winio.ListenPipe(path, &winio.PipeConfig{
		SecurityDescriptor: "O:" + me + "D:P(A;;GA;;;" + me + ")", InputBufferSize: pipeBuffer, OutputBufferSize: pipeBuffer,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the agent's pipe cannot be made, perhaps because another program has made it: %w", err), lock.Close())
	}
	return &Socket{l, lock}, nil
}

// Inherit is nil: no service manager makes a pipe.
func Inherit(func(string) string) (*Socket, error) { return nil, nil } //nolint:nilnil // none is no error

// lockOf is the path of the lock of a pipe, in the user's profile, in a folder that it
// makes. It tells another agent from another program that has the pipe's name.
func lockOf(path string) (string, error) {
	name, ok := strings.CutPrefix(path, pipeRoot)
	if !ok || name == "" || strings.ContainsAny(name, `\/:*?"<>|`) || len(path) > windows.MAX_PATH-len(lockSuffix) {
		return "", fmt.Errorf(`the path of the agent's pipe must be %sNAME: %s`, pipeRoot, path)
	}
	local, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("the lock of the agent: %w", err)
	}
	dir := filepath.Join(local, "claviger", "run")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("the lock of the agent: %w", err)
	}
	return filepath.Join(dir, name+lockSuffix), nil
}
