package peer

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// programOf looks through a list of all programs: there is no call for one.
func programOf(pid int) (program, bool) {
	list, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return program{}, false
	}
	defer func() { _ = windows.CloseHandle(list) }()
	e := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(list, &e); err == nil; err = windows.Process32Next(list, &e) {
		if int(e.ProcessID) == pid {
			return program{windows.UTF16ToString(e.ExeFile[:]), int(e.ParentProcessID)}, true
		}
	}
	return program{}, false
}
