package cli

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// keyEvent is an INPUT_RECORD with a KEY_EVENT_RECORD (wincontypes.h).
type keyEvent struct {
	kind, _                uint16
	down                   int32
	times, key, scan, char uint16
	control                uint32
}

// flush drops what was typed on a console and not read yet. The part of a line that a read
// in progress has taken is dropped by the Escape key, as a person would (wine 8 puts that
// into the line, which then is no answer: denied).
func flush(fd uintptr) {
	const ofKey, escape = 1, 27                             // KEY_EVENT, VK_ESCAPE
	_ = windows.FlushConsoleInputBuffer(windows.Handle(fd)) // no console has nothing to drop
	events := [2]keyEvent{{kind: ofKey, down: 1, times: 1, key: escape, char: escape}, {kind: ofKey, times: 1, key: escape, char: escape}}
	var written uint32
	_, _, _ = windows.NewLazySystemDLL("kernel32.dll").NewProc("WriteConsoleInputW").Call(
		fd, uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(unsafe.Pointer(&written)))
}
