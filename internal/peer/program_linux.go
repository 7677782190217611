package peer

import "strconv"

// programOf reads /proc/PID/stat.
func programOf(pid int) (program, bool) {
	s, err := readStat("/proc/" + strconv.Itoa(pid))
	return program{s.name, s.parent}, err == nil
}
