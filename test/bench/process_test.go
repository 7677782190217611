//go:build bench

// Package bench measures whole processes. Every figure stands beside a floor
// that was measured in the same run, because machines differ: quote the
// ratios. script/bench runs it.
package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// build compiles a package once for the benchmark.
func build(b *testing.B, pkg string, args ...string) string {
	b.Helper()
	out := filepath.Join(b.TempDir(), filepath.Base(pkg))
	cmd := exec.Command("go", append(append([]string{"build", "-o", out}, args...), pkg)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v: %s", pkg, err, text)
	}
	return out
}

// wall runs a command to its end and returns how long that took.
func wall(b *testing.B, env []string, name string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if err != nil {
		b.Fatalf("%s %s: %v: %s", filepath.Base(name), strings.Join(args, " "), err, stderr.String())
	}
	return took
}

// middle is the median.
func middle(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// pair runs subject and floor in turn, b.N times, and reports both medians and
// the median of the ratios.
func pair(b *testing.B, subject, floor func() time.Duration) {
	b.Helper()
	var subjects, floors, ratios []float64
	for b.Loop() {
		f, s := floor(), subject()
		floors, subjects = append(floors, milliseconds(f)), append(subjects, milliseconds(s))
		ratios = append(ratios, float64(s)/float64(f))
	}
	b.ReportMetric(middle(subjects), "ms/subject")
	b.ReportMetric(middle(floors), "ms/floor")
	b.ReportMetric(middle(ratios), "x-floor")
}
