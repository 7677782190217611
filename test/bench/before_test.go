//go:build bench && linux

package bench

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/claviger/claviger/test/program"
)

// before is the commit that the commands are measured against.
const before = "9a3bb49"

// buildBefore compiles the program as it was at the commit before. It skips the
// benchmark if this folder has no history, as a copy of the files alone.
func buildBefore(b *testing.B) string {
	b.Helper()
	root, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		b.Skip("no rows beside commit ", before, ": this folder has no git history")
	}
	dir := b.TempDir()
	unpack := exec.Command("sh", "-c", `git archive --format tar "$1" >"$2/tree.tar" && tar -xf "$2/tree.tar" -C "$2"`, "sh", before, dir)
	unpack.Dir = string(root[:len(root)-1])
	if out, err := unpack.CombinedOutput(); err != nil {
		b.Skipf("no rows beside commit %s: %s", before, out)
	}
	binary := filepath.Join(dir, "before")
	compile := exec.Command("go", "build", "-tags", "nogui", "-o", binary, ".")
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		b.Skipf("no rows beside commit %s, which does not build: %s", before, out)
	}
	return binary
}

// The commands that people run most, beside the same ones of an earlier commit and
// beside the start of any Go program, all in turn. The keyring has the vault's
// key, and each vault 1,000 accounts: those of either program.
func BenchmarkCommandBefore(b *testing.B) {
	b.Setenv("CGO_ENABLED", "0")
	binaries := [2]string{buildBefore(b), build(b, program.Module, "-tags", "nogui")}
	hello := build(b, "github.com/claviger/claviger/test/bench/hello")
	address := startKeyring(b)
	for i, vault := range []string{"old-vault", "new-vault"} {
		p := newPersonOf(b, binaries[i])
		p.login()
		id := p.accounts(1000)
		p.toKeyring(address)
		row := func(name string, args ...string) {
			b.Run(name, func(b *testing.B) { p.beside(b, hello, binaries, args...) })
		}
		row("list/"+vault, "accounts")
		if vault == "new-vault" {
			row("version", "version")
			row("token", "token", id)
			row("refresh", "token", id, "--force")
		}
	}
}

// beside runs a command of both programs in turn, each as often first, and reports the
// medians of their costs and of the ratios of the second to the first and to the
// floor.
func (p *person) beside(b *testing.B, floor string, binaries [2]string, args ...string) {
	b.Helper()
	var was, is, ratios, cpuWas, cpuIs, cpuRatios, toFloor []float64
	for first := 0; b.Loop(); first = 1 - first {
		least := p.cost(floor)
		var costs [2]cost
		for _, i := range []int{first, 1 - first} {
			costs[i] = p.cost(binaries[i], args...)
		}
		old, now := costs[0], costs[1]
		was, is, ratios = append(was, old.wall), append(is, now.wall), append(ratios, now.wall/old.wall)
		cpuWas, cpuIs, cpuRatios = append(cpuWas, old.cpu), append(cpuIs, now.cpu), append(cpuRatios, now.cpu/old.cpu)
		toFloor = append(toFloor, now.wall/least.wall)
	}
	for unit, values := range map[string][]float64{
		"ms/before": was, "ms/subject": is, "x-before": ratios, "x-floor": toFloor,
		"cpu-ms/before": cpuWas, "cpu-ms/subject": cpuIs, "x-cpu-before": cpuRatios,
	} {
		b.ReportMetric(middle(values), unit)
	}
}
