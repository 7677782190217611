package agent

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Look looks at the pipe at a path, which is there as long as someone listens. That it
// listens is not said, since no service manager does: it can be connected to.
func Look(path string) (State, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return State{}, fmt.Errorf("the path of the agent's pipe: %w", err)
	}
	const short = 1 // in milliseconds: whether it is busy does not matter
	ok, _, err := windows.NewLazySystemDLL("kernel32.dll").NewProc("WaitNamedPipeW").Call(uintptr(unsafe.Pointer(name)), short)
	there := ok != 0 || errors.Is(err, windows.ERROR_SEM_TIMEOUT)
	return State{There: there, Socket: there}, nil
}
