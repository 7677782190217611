package cli

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// programOf reads /proc/PID/stat (proc_pid_stat(5)): the id, the name in
// brackets, which can hold brackets too, the state and the parent's id.
func programOf(pid int) (program, bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	open, end := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if err != nil || open < 0 || end < open {
		return program{}, false
	}
	p := program{name: string(data[open+1 : end])}
	if rest := strings.Fields(string(data[end+1:])); len(rest) > 1 {
		p.parent, _ = strconv.Atoi(rest[1])
	}
	return p, true
}
