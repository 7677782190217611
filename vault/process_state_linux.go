package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strconv"
)

// processState reads /proc/PID/stat (proc_pid_stat(5)): after the name in
// brackets, which can hold brackets too, comes the state.
func processState(pid int) (stopped, gone bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false, errors.Is(err, fs.ErrNotExist)
	}
	_, state, _ := bytes.Cut(data[bytes.LastIndexByte(data, ')')+1:], []byte(" "))
	if len(state) == 0 {
		return false, false
	}
	return state[0] == 'T' || state[0] == 't', state[0] == 'Z' || state[0] == 'X'
}
