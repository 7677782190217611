//go:build bench && linux

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// idle is how long a process is watched: each minute is as good as another.
const idle = time.Minute

// cpu is the time that a process has had on any core (proc_pid_stat(5): utime
// and stime, in hundredths of a second on Linux).
func cpu(b *testing.B, cmd *exec.Cmd) time.Duration {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), ") ") // the name before may hold spaces
	fields := strings.Fields(rest)
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// resident is the memory of a process, in MiB.
func resident(b *testing.B, cmd *exec.Cmd) float64 {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// wrote is how many bytes a process has written (proc_pid_io(5)), such as to the display
// for each frame, without the eight of each time that Go's runtime wakes itself.
func wrote(b *testing.B, cmd *exec.Cmd) float64 {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	field := func(name string) float64 {
		_, rest, _ := strings.Cut(string(data), name+": ")
		n, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return field("wchar") - 8*field("syscw")
}
