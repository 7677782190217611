package desktop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
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

// placeOf is the named pipe of the window of a folder, whose path is the same in capitals
// and in small letters.
func placeOf(dir string) (string, error) {
	sum := sha256.Sum256([]byte(strings.ToLower(dir)))
	return `\\.\pipe\claviger-window-` + hex.EncodeToString(sum[:12]), nil
}

// pipeBuffer is how much the pipe holds in each direction until it is read, in bytes.
const pipeBuffer = 4 << 10

// listen makes the pipe, for this user alone.
func listen(_ context.Context, place string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("the user of the window's pipe: %w", err)
	}
	l, err := winio.ListenPipe(place, &winio.PipeConfig{
		SecurityDescriptor: "D:P(A;;GA;;;" + user.User.Sid.String() + ")", InputBufferSize: pipeBuffer, OutputBufferSize: pipeBuffer,
	})
	if err != nil {
		return nil, fmt.Errorf("the window's pipe cannot be made, perhaps because another program has made it: %w", err)
	}
	return l, nil
}

var allowForeground = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow")

// anyProcess is ASFW_ANY (winuser.h).
const anyProcess = 0xFFFFFFFF

// dial connects to the window's pipe. The person started this process, not that of the
// window: without its leave, Windows would let the window blink only.
func dial(ctx context.Context, place string) (net.Conn, error) {
	conn, err := winio.DialPipeContext(ctx, place)
	if err == nil {
		_, _, _ = allowForeground.Call(anyProcess) // then it blinks
	}
	return conn, err
}
