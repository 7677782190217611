package peer

import "golang.org/x/sys/unix"

// programOf asks the kernel (sysctl kern.proc.pid).
func programOf(pid int) (program, bool) {
	k, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return program{}, false
	}
	return program{unix.ByteSliceToString(k.Proc.P_comm[:]), int(k.Eproc.Ppid)}, true
}
