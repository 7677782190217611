package cli

import (
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestStartDoesNothingAhead: what packages prepare when the program starts, every command
// pays for. Ours prepare nothing that a command may never need (sync.OnceValue does it
// later), and what others' packages prepare is known.
func TestStartDoesNothingAhead(t *testing.T) {
	const (
		own    = 50 // allocations of all our packages together
		others = 40 // of one package of others
	)
	known := []string{ // those that make more
		"github.com/itchyny/gojq", "github.com/zitadel/oidc/v3/pkg/op", "encoding/gob", "runtime/metrics", "html/template",
		"github.com/boombuler/barcode/qr", "github.com/dvsekhvalnov/jose2go", "net/http",
	}
	cmd := exec.CommandContext(t.Context(), binary, "version")
	cmd.Env = []string{"GODEBUG=inittrace=1", "CLAVIGER_HOME=" + t.TempDir()}
	var trace strings.Builder
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) allocs$`).FindAllStringSubmatch(trace.String(), -1)
	if len(found) < 20 {
		t.Fatalf("only %d packages were found:\n%s", len(found), trace.String())
	}
	sum, ours := 0, ""
	for _, m := range found {
		name, text := m[1], m[2]
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "github.com/claviger/") {
			sum += n
			ours += "\n  " + name + ": " + text
		} else if n > others && !slices.Contains(known, name) {
			t.Errorf("%s makes %d allocations at each start: is it needed? Then list it here", name, n)
		}
	}
	if sum > own {
		t.Errorf("our packages make %d allocations at each start, at most %d:%s", sum, own, ours)
	}
}
