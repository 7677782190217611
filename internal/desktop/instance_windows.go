package desktop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// lockFlags open the lock's file.
const lockFlags = os.O_CREATE | os.O_RDWR

// checkOwnFolder reports whether path is a folder.
func checkOwnFolder(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("folder of the window's lock: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s must be a folder; remove it", path)
	}
	return nil
}

// pipePrefix begins the names of the pipes. The rest is another one each time: whoever knew
// it could have a pipe of that name before the window does.
const pipePrefix = `\\.\pipe\claviger-window-`

// placeOf is the file with the name of the pipe at which the window of a folder listens.
func placeOf(dir string) (string, error) { return filepath.Join(dir, "window.pipe"), nil }

// pipeAt is the pipe that a file names.
func pipeAt(place string) (string, error) {
	name, err := os.ReadFile(place)
	if err != nil {
		return "", fmt.Errorf("the name of the window's pipe: %w", err)
	}
	if own, ok := strings.CutPrefix(string(name), pipePrefix); !ok || own == "" || strings.ContainsAny(own, `\/`) {
		return "", errors.New("the name of the window's pipe is not one")
	}
	return string(name), nil
}

// pipeBuffer is how much the pipe holds in each direction until it is read, in bytes.
const pipeBuffer = 4 << 10

// listen makes the pipe, for this user alone.
func listen(_ context.Context, place string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("the user of the window's pipe: %w", err)
	}
	name := pipePrefix + rand.Text()
	l, err := winio.ListenPipe(name, &winio.PipeConfig{
		SecurityDescriptor: "D:P(A;;GA;;;" + user.User.Sid.String() + ")", InputBufferSize: pipeBuffer, OutputBufferSize: pipeBuffer,
	})
	if err != nil {
		return nil, fmt.Errorf("the window's pipe: %w", err)
	}
	if err := os.WriteFile(place, []byte(name), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("the name of the window's pipe: %w", err), l.Close())
	}
	return l, nil
}

var allowForeground = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow")

// anyProcess is ASFW_ANY (winuser.h).
const anyProcess = 0xFFFFFFFF

// dial connects to the window's pipe. The person started this process, not that of the
// window: unless this one allows it, Windows lets the window only blink.
func dial(ctx context.Context, place string) (net.Conn, error) {
	name, err := pipeAt(place)
	if err != nil {
		return nil, err
	}
	conn, err := winio.DialPipeContext(ctx, name)
	if err == nil {
		_, _, _ = allowForeground.Call(anyProcess) // if not, it blinks
	}
	return conn, err
}
