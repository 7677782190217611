//go:build bench && e2e

package bench

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"

	"github.com/claviger/claviger/test/program"
)

// Window: from the start of the process to the first frame on the screen, and
// the resident memory then, beside the barest Fyne window.
func BenchmarkWindow(b *testing.B) {
	ours := build(b, program.Module, "-tags", "migrated_fynedo")
	bare := build(b, "github.com/claviger/claviger/test/bench/barewindow", "-tags", "migrated_fynedo")
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

// Window that nobody touches: the share of a core that an account's page takes
// while its token counts down, beside the barest Fyne window at the same time.
// IDLE_BINARY measures another build.
func BenchmarkWindowIdle(b *testing.B) {
	ours := os.Getenv("IDLE_BINARY")
	if ours == "" {
		ours = build(b, program.Module, "-tags", "migrated_fynedo")
	}
	bare := build(b, "github.com/claviger/claviger/test/bench/barewindow", "-tags", "migrated_fynedo")
	d := desktop.Start(b, 2020, 700)
	p := newPersonWith(b, ours)
	p.env = append(d.Env(), p.env...)
	// Long enough for no refresh meanwhile, short enough to count.
	p.provider.Behave(authtest.Behaviour{AccessTTL: 9 * time.Minute})
	p.login()
	window := d.Command(ours)
	window.Env = append(window.Env, p.env...)
	floor := d.Command(bare)
	for i, w := range []struct {
		cmd   *exec.Cmd
		title string
	}{{window, "Claviger"}, {floor, "Bare window"}} {
		if err := w.cmd.Start(); err != nil {
			b.Fatal(err)
		}
		defer desktop.Stop(w.cmd)
		painted(b, d, w.title)
		d.Place(w.title, desktop.Region{X: i * 1010, W: 1000, H: 680})
	}
	d.See(desktop.Region{W: 1000, H: 680}, "Active")
	d.Settle(desktop.Region{W: 260, H: 680})
	var subjects, floors []float64
	for b.Loop() {
		ours, bare := cpu(b, window), cpu(b, floor)
		start := time.Now()
		time.Sleep(idle)
		took := time.Since(start)
		share := func(now, before time.Duration) float64 { return 100 * float64(now-before) / float64(took) }
		subjects = append(subjects, share(cpu(b, window), ours))
		floors = append(floors, share(cpu(b, floor), bare))
	}
	b.ReportMetric(middle(subjects), "%-of-a-core")
	b.ReportMetric(middle(floors), "%-of-a-core-floor")
	b.ReportMetric(middle(subjects)-middle(floors), "%-beyond-floor")
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
