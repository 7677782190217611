package cli

import "golang.org/x/sys/windows"

// flush drops what was typed on a console and not read yet.
func flush(fd uintptr) {
	_ = windows.FlushConsoleInputBuffer(windows.Handle(fd)) // no console has nothing to drop
}
