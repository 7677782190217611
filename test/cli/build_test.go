//go:build unix

package cli

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/claviger/claviger/test/program"
)

// TestWithoutAWindowThereIsNoFyne holds the promise of the nogui build: the
// commands, and nothing that needs a display.
func TestWithoutAWindowThereIsNoFyne(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-tags", "nogui", program.Module)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(out)) {
		if strings.HasPrefix(dep, "fyne.io/") || strings.HasPrefix(dep, "github.com/claviger/claviger/ui") || strings.HasPrefix(dep, "github.com/go-gl/") {
			t.Errorf("the build without a window has %s", strings.TrimSpace(dep))
		}
	}
}

func TestNoWindowSaysSo(t *testing.T) {
	w := newWorld(t)
	if r := w.want(1); !strings.Contains(r.stderr, "claviger tour\n") {
		t.Errorf("claviger: %q", r.stderr)
	}
}
