package jq

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// shared is a value of 45 small lists that has 2^45 items if it is walked.
const shared = `reduce range(45) as $i (1; [., .])`

// One step over a small value can be endless. The interpreter cannot be stopped
// inside a step, so its process is.
func TestEndlessStepIsStopped(t *testing.T) {
	for name, expr := range map[string]string{
		"equal":       `(` + shared + `) == (` + shared + `)`,
		"less":        `(` + shared + `) < (` + shared + `)`,
		"tojson":      shared + ` | tojson`,
		"tostring":    shared + ` | tostring`,
		"text":        shared + ` | "\(.)"`,
		"@json":       shared + ` | @json`,
		"sort":        `(` + shared + `) as $a | (` + shared + `) as $b | [$a, $b] | sort`,
		"unique":      `(` + shared + `) as $a | (` + shared + `) as $b | [$a, $b] | unique`,
		"group_by":    `(` + shared + `) as $a | (` + shared + `) as $b | [$a, $b] | group_by(.)`,
		"flatten":     shared + ` | flatten`,
		"contains":    `(` + shared + `) as $a | (` + shared + `) as $b | $a | contains($b)`,
		"index":       `(` + shared + `) as $a | (` + shared + `) as $b | [$a] | index([$b])`,
		"subtract":    `(` + shared + `) as $a | (` + shared + `) as $b | [$a] - [$b]`,
		"itself":      shared,
		"object":      `reduce range(45) as $i (1; {a: ., b: .}) | tojson`,
		"merge":       `(reduce range(45) as $i ({}; {a: ., b: .})) as $a | $a * $a`,
		"join":        `[limit(200000; repeat("x"))] | join("y" * 1000000)`,
		"transpose":   `[[range(300000)], (range(300000) | [])] | transpose`,
		"difference":  `[range(300000)] - [range(300000; 600000)]`,
		"indices":     `[range(300000) | 0] | indices([range(150000) | 0] + [1])`,
		"product":     `reduce range(28) as $i (10; . * .) | tostring`,
		"far":         `.[50000000] = 1 | [range(50) as $i | . + [$i]] | length`,
		"expression":  `def a: [.,.]; def b: a|a|a|a|a; def c: b|b|b|b|b; 1 | c|c|tojson`,
		"conversions": `"1" * 20000000 | tonumber | tostring`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := (&Expressions{}).Apart(t.Context(), expr, nil, nil, nil)
			if !errors.Is(err, ErrEndless) {
				t.Errorf("not stopped: %v", err)
			}
		})
	}
}

// An expression apart gives what it gives here, types and words included.
func TestApartIsTheSame(t *testing.T) {
	input := map[string]any{"id": 7, "name": "Mira \u202e<&>", "big": int64(math.MaxInt64), "list": []any{1.5, true, nil, "x"}}
	vars, claims := map[string]any{"org": "acme"}, map[string]any{"sub": "s"}
	for _, expr := range []string{
		".", "empty", ".id, .name", ".list[]", "$vars.org, $claims.sub", "1.5, 1e300, -0, 1000, null",
		".name | keys", "error(.name)", "halt", "{a: .missing}", ".id | .x", "range(infinite)", "(", "input", "env | length",
	} {
		want, wantErr := (&Expressions{}).Run(t.Context(), expr, input, vars, claims)
		got, err := (&Expressions{}).Apart(t.Context(), expr, input, vars, claims)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", expr, diff)
		}
		if (wantErr == nil) != (err == nil) || err != nil && (Problem(wantErr) != Problem(err) || errors.Is(wantErr, ErrEndless) != errors.Is(err, ErrEndless)) {
			t.Errorf("%s: %v, but here %v", expr, err, wantErr)
		}
	}
}

// A caller that leaves ends the process, and hears of its own leaving.
func TestApartEndsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	began := time.AfterFunc(50*time.Millisecond, cancel)
	defer began.Stop()
	if _, err := (&Expressions{}).Apart(ctx, "last(repeat(1))", nil, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A process for an expression is this program's file, also after an update.
func TestApartStartsThisProgram(t *testing.T) {
	path, err := executable()
	if err != nil {
		t.Fatal(err)
	}
	self, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	if name, err := os.Executable(); err != nil || !strings.HasSuffix(self, filepath.Base(name)) {
		t.Errorf("%s instead of %s: %v", self, name, err)
	}
}

// Arithmetic with a number of millions of digits is one long step too, and the
// provider's own answer can bring one: it is text.
func TestEndlessNumberIsText(t *testing.T) {
	n := json.Number(strings.Repeat("7", 2_000_000))
	v, err := (&Expressions{}).Run(t.Context(), ".id == 1, .id", map[string]any{"id": n}, nil, nil)
	if diff := cmp.Diff([]any{false, string(n)}, v); err != nil || diff != "" {
		t.Errorf("%v %.100s", err, diff)
	}
}
