package jq

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestEndlessExpressionIsStopped(t *testing.T) {
	var e Expressions
	for _, expr := range []string{"def f: f; f", "[range(infinite)]", "last(repeat(1))", "reduce repeat(1) as $x (0; .+1)", "range(infinite)"} {
		_, err := e.Run(t.Context(), expr, nil, nil, nil)
		if !errors.Is(err, ErrEndless) {
			t.Errorf("%s: %v", expr, err)
		}
	}
	if _, err := e.Run(t.Context(), ".a | keys", map[string]any{"a": "canary"}, nil, nil); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("an error shows the answer: %v", err)
	}
	for _, expr := range []string{"input", `import "a" as a; .`} {
		if _, err := e.Run(t.Context(), expr, nil, nil, nil); err == nil {
			t.Errorf("%s is possible", expr)
		}
	}
	if v, err := e.Run(t.Context(), "env | length", nil, nil, nil); err != nil || fmt.Sprint(v) != "[0]" {
		t.Errorf("the environment can be read: %v %v", v, err)
	}
}
