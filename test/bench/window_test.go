//go:build bench && e2e

package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"claviger/test/e2e/desktop"
)

// Window: from the start of the process to the first frame on the screen, and
// the resident memory then, beside the barest Fyne window.
func BenchmarkWindow(b *testing.B) {
	ours := build(b, "claviger", "-tags", "migrated_fynedo")
	bare := build(b, "claviger/test/bench/barewindow", "-tags", "migrated_fynedo")
	d := desktop.Start(b, 1100, 760)
	var memory, floorMemory []float64
	show := func(binary, title string, into *[]float64) func() time.Duration {
		return func() time.Duration {
			cmd := d.Command(binary)
			cmd.Env = append(cmd.Env, "CLAVIGER_HOME="+b.TempDir())
			start := time.Now()
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			defer desktop.Stop(cmd)
			painted(b, d, title)
			took := time.Since(start)
			*into = append(*into, resident(b, cmd))
			return took
		}
	}
	pair(b, show(ours, "Claviger", &memory), show(bare, "Bare window", &floorMemory))
	b.ReportMetric(middle(memory), "MiB-resident")
	b.ReportMetric(middle(floorMemory), "MiB-resident-floor")
}

// painted waits until the window has more than one colour.
func painted(b *testing.B, d *desktop.Desktop, title string) {
	b.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		id, err := d.Command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Output()
		if err != nil || len(bytes.TrimSpace(id)) == 0 {
			continue
		}
		colours, err := d.Command("import", "-window", strings.TrimSpace(string(id)), "-silent", "-resize", "25%", "-format", "%k", "info:-").Output()
		if n, _ := strconv.Atoi(strings.TrimSpace(string(colours))); err == nil && n > 1 {
			return
		}
	}
	b.Fatalf("no window %s within 30 s", title)
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
