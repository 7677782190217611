package jq

import (
	"errors"
	"runtime"
	"runtime/metrics"
	"testing"
)

// An expression whose values grow without end is stopped before the memory is full.
func TestExpressionIsBoundedInMemory(t *testing.T) {
	for name, expr := range map[string]string{
		"text":   `reduce range(31) as $i ("xxxxxxxx"; . + .)`,
		"list":   `reduce range(28) as $i ([1, 2]; . + .)`,
		"chain":  `"xxxxxxxxxxxxxxxx" | (.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)|(.+.)`,
		"texts":  `("x" * 1000000) as $x | [range(3000) | $x + "y"]`,
		"number": `reduce range(40) as $i (10; . * .)`,
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			c := &stepContext{heap: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}}
			before := c.inUse()
			_, err := (&Expressions{}).Run(t.Context(), expr, nil, nil, nil)
			if !errors.Is(err, ErrEndless) {
				t.Errorf("not stopped: %v", err)
			}
			if grown := int64(c.inUse()) - int64(before); grown > 4*jqMemory {
				t.Errorf("%d MiB", grown>>20)
			}
		})
	}
}
