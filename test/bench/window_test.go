//go:build bench && e2e

package bench

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/e2e/desktop"

	"github.com/claviger/claviger/test/program"
)

// Window: from the start of the process to the first frame on the screen, and the
// processor's time then, which other load does not lengthen; then the resident memory of
// the window that is left alone. All of it beside the barest Fyne window: of a new home,
// and of one with 20 remembered accounts.
func BenchmarkWindow(b *testing.B) {
	ours := build(b, program.Module, "-tags", "migrated_fynedo")
	bare := build(b, "github.com/claviger/claviger/test/bench/barewindow", "-tags", "migrated_fynedo")
	d := desktop.Start(b, 1100, 760)
	p := newPersonOf(b, ours)
	p.login()
	p.accounts(20)
	p.toKeyFile()
	show := func(binary string, env func() []string, memory, work *[]float64) func() time.Duration {
		return func() time.Duration {
			cmd := d.Command(binary)
			cmd.Env = append(cmd.Env, env()...)
			start := time.Now()
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			defer gone(b, d)
			defer desktop.Stop(cmd)
			painted(b, d)
			took := time.Since(start)
			*work = append(*work, milliseconds(cpu(b, cmd)))
			time.Sleep(alone)
			*memory = append(*memory, resident(b, cmd))
			return took
		}
	}
	for name, env := range map[string]func() []string{
		"new":         func() []string { return []string{"CLAVIGER_HOME=" + b.TempDir()} },
		"20-accounts": func() []string { return p.env },
	} {
		b.Run(name, func(b *testing.B) {
			var memory, floorMemory, work, floorWork []float64
			pair(b, show(ours, env, &memory, &work), show(bare, func() []string { return nil }, &floorMemory, &floorWork))
			b.ReportMetric(middle(memory), "MiB-resident")
			b.ReportMetric(middle(floorMemory), "MiB-resident-floor")
			b.ReportMetric(middle(memory)/middle(floorMemory), "x-memory")
			b.ReportMetric(middle(work), "cpu-ms")
			b.ReportMetric(middle(work)/middle(floorWork), "x-cpu")
		})
	}
}

// alone is how long a window is left alone, after which it does no more by itself.
const alone = 6 * time.Second

// Window that nobody touches: the share of a core that an account's page takes
// while its token counts down, what it asks the provider, and what it writes, which each
// frame does; beside the barest Fyne window at the same time. Then the same while it is
// minimised. IDLE_BINARY measures another build.
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
		d.Place(w.title, desktop.Region{X: i * 1010, W: 1000, H: 680})
	}
	d.See(desktop.Region{W: 1000, H: 680}, "Active")
	d.Settle(desktop.Region{W: 260, H: 680})
	watch := func(b *testing.B) {
		var subjects, floors, written, asked []float64
		for b.Loop() {
			ours, bare, out := cpu(b, window), cpu(b, floor), wrote(b, window)
			p.meter.reset()
			start := time.Now()
			time.Sleep(idle)
			took := time.Since(start)
			share := func(now, before time.Duration) float64 { return 100 * float64(now-before) / float64(took) }
			subjects = append(subjects, share(cpu(b, window), ours))
			floors = append(floors, share(cpu(b, floor), bare))
			written = append(written, wrote(b, window)-out)
			_, requests, _ := p.meter.share()
			asked = append(asked, float64(requests))
		}
		b.ReportMetric(middle(subjects), "%-of-a-core")
		b.ReportMetric(middle(floors), "%-of-a-core-floor")
		b.ReportMetric(middle(subjects)-middle(floors), "%-beyond-floor")
		b.ReportMetric(middle(written), "bytes-written")
		b.ReportMetric(middle(asked), "requests")
	}
	b.Run("shown", watch)
	d.Minimise("Claviger")
	b.Run("minimised", watch)
}

// painted waits until something of more than a few colours is on the screen, gone until
// nothing is.
func painted(b *testing.B, d *desktop.Desktop) { coloured(b, d, true) }
func gone(b *testing.B, d *desktop.Desktop)    { coloured(b, d, false) }

func coloured(b *testing.B, d *desktop.Desktop, want bool) {
	b.Helper()
	const some = 4
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if (d.Colours(some) >= some) == want {
			return
		}
	}
	b.Fatalf("within a minute: painted %v", !want)
}
