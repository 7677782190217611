package choosefile

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// openFileName is OPENFILENAMEW (commdlg.h).
type openFileName struct {
	size                 uint32
	owner, instance      uintptr
	filter, customFilter *uint16
	customFilterLen      uint32
	filterIndex          uint32
	file                 *uint16
	fileLen              uint32
	fileTitle            *uint16
	fileTitleLen         uint32
	initialDir, title    *uint16
	flags                uint32
	offset, extension    uint16
	defaultExtension     *uint16
	customData, hook     uintptr
	template             *uint16
	_                    uintptr
	_, flagsEx           uint32
}

// Flags of an openFileName.
const (
	overwritePrompt = 0x2
	hideReadOnly    = 0x4
	noChangeDir     = 0x8
	pathMustExist   = 0x800
	fileMustExist   = 0x1000
	explorer        = 0x80000
	dontAddToRecent = 0x2000000 // a list that other programs read
)

// longestPath is how long a path may be, in characters.
const longestPath = 32 << 10

var (
	dialogs     = windows.NewLazySystemDLL("comdlg32.dll")
	getOpenName = dialogs.NewProc("GetOpenFileNameW")
	getSaveName = dialogs.NewProc("GetSaveFileNameW")
	getError    = dialogs.NewProc("CommDlgExtendedError")
)

// Ask shows the dialog of Windows, and waits for the person. It returns "" if they chose
// none, and an error if there is no dialog. The window that asks takes no input meanwhile.
func Ask(_ context.Context, q Question) (file string, err error) {
	runtime.LockOSThread() // the dialog's, and its error's
	defer runtime.UnlockOSThread()
	if windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED) == nil { // for what its folders show
		defer windows.CoUninitialize()
	}
	name := make([]uint16, longestPath)
	copy(name[:len(name)-1], utf16.Encode([]rune(q.Name)))
	title, err := windows.UTF16PtrFromString(q.Title)
	if err != nil {
		return "", err
	}
	o := openFileName{
		owner: q.owner(), title: title, file: &name[0], fileLen: longestPath,
		flags: hideReadOnly | noChangeDir | pathMustExist | explorer | dontAddToRecent,
	}
	o.size = uint32(unsafe.Sizeof(o))
	if filter := q.filter(); len(filter) > 0 {
		o.filter = &filter[0]
	}
	show := getOpenName
	if q.Save {
		show, o.flags = getSaveName, o.flags|overwritePrompt
	} else {
		o.flags |= fileMustExist
	}
	if err := show.Find(); err != nil {
		return "", fmt.Errorf("the file dialog of Windows: %w", err)
	}
	if chosen, _, _ := show.Call(uintptr(unsafe.Pointer(&o))); chosen != 0 {
		return windows.UTF16ToString(name), nil
	}
	if code, _, _ := getError.Call(); code != 0 {
		return "", fmt.Errorf("the file dialog of Windows: error %#x", code)
	}
	return "", nil
}

// owner is the handle of the window that asks, 0 if there is none.
func (q Question) owner() uintptr {
	digits, ok := strings.CutPrefix(q.Parent, "hwnd:")
	if !ok {
		return 0
	}
	handle, err := strconv.ParseUint(digits, 16, 64)
	if err != nil {
		return 0
	}
	return uintptr(handle)
}

// filter is which files can be shown, as pairs of a name and patterns, each with a zero
// behind it, and one behind them all.
func (q Question) filter() []uint16 {
	text := ""
	if len(q.Endings) > 0 {
		patterns := "*" + strings.Join(q.Endings, ";*")
		text = strings.ReplaceAll(patterns, ";", ", ") + "\x00" + patterns + "\x00"
	}
	if q.All != "" {
		text += q.All + "\x00*.*\x00"
	}
	if text == "" {
		return nil
	}
	return utf16.Encode([]rune(text + "\x00"))
}
