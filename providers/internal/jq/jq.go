// Package jq runs one jq expression, within bounds of time, steps and memory.
package jq

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/itchyny/gojq"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
)

// Bounds of one expression on one answer. The step bound is what stops an
// expression that never ends, the time bound one whose steps are long, the memory
// bound one whose values grow: by how much the whole program may grow meanwhile, in
// bytes. All are checked between steps, so one step can exceed them: an expression that
// is not ours runs in a process of its own ([Expressions.Apart]).
const (
	jqSteps   = 5_000_000
	jqTime    = 2 * time.Second
	jqMemory  = 256 << 20
	jqResults = 100_000
	// jqLook is the number of steps between two looks at the memory. Fewer do not
	// make a value twice as large more than once.
	jqLook = 6
	// jqDigits is how long a number may be; a longer one is text, since arithmetic
	// with it would be one long step.
	jqDigits = 400
)

// ErrEndless is why an expression was stopped.
var ErrEndless = phrase.Error("the expression did not finish and was stopped")

// Compile compiles an expression. It can read $vars (the provider's
// variables) and $claims (the ID token's claims), but no environment, input or
// module.
func Compile(expr string) (*gojq.Code, error) {
	q, err := gojq.Parse(expr)
	if err != nil {
		return nil, err
	}
	return gojq.Compile(q, gojq.WithVariables([]string{"$vars", "$claims"}))
}

// Expressions keeps compiled Expressions; the zero value is ready.
type Expressions struct {
	m sync.Map
	// apart is held while a process runs, so that there is one at a time.
	apart sync.Mutex
}

func (e *Expressions) get(expr string) (*gojq.Code, error) {
	if c, ok := e.m.Load(expr); ok {
		return c.(*gojq.Code), nil
	}
	c, err := Compile(expr)
	if err != nil {
		return nil, err
	}
	e.m.Store(expr, c)
	return c, nil
}

// stepContext ends after a number of looks at it, and if the heap has grown too
// much: the interpreter looks once a step.
type stepContext struct {
	context.Context
	left int
	heap []metrics.Sample
	most uint64 // bytes of the heap
	done chan struct{}
}

// newStepContext counts from now.
func newStepContext(ctx context.Context) *stepContext {
	c := &stepContext{Context: ctx, left: jqSteps, done: make(chan struct{}), heap: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}}
	close(c.done)
	c.most = c.inUse() + jqMemory
	return c
}

// inUse is the size of the heap, 0 if it is not known.
func (c *stepContext) inUse() uint64 {
	metrics.Read(c.heap)
	if c.heap[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return c.heap[0].Value.Uint64()
}

func (c *stepContext) Done() <-chan struct{} {
	c.left--
	if c.left > 0 && c.left%jqLook == 0 && c.inUse() > c.most {
		c.left = -1
	}
	if c.left < 0 {
		return c.done
	}
	return c.Context.Done()
}

func (c *stepContext) Err() error {
	if c.left < 0 {
		return ErrEndless
	}
	return c.Context.Err()
}

// Run evaluates one expression and returns everything it yields. Errors hold the
// expression, never the answer; [Problem] has their words.
func (e *Expressions) Run(ctx context.Context, expr string, input any, vars, claims map[string]any) ([]any, error) {
	code, err := e.get(expr)
	if err != nil {
		return nil, fmt.Errorf("expression %s: %w", expr, err)
	}
	ctx, cancel := context.WithTimeout(ctx, jqTime)
	defer cancel()
	it := code.RunWithContext(newStepContext(ctx), //nolint:contextcheck // it wraps ctx
		Value(input), Value(vars), Value(claims))
	var out []any
	for {
		v, ok := it.Next()
		if !ok {
			return out, nil
		}
		if err, isErr := v.(error); isErr {
			if halt := (*gojq.HaltError)(nil); errors.As(err, &halt) && halt.Value() == nil {
				return out, nil
			}
			return nil, fmt.Errorf("expression %s: %w", expr, withoutAnswer(err))
		}
		if out = append(out, v); len(out) > jqResults {
			return nil, fmt.Errorf("expression %s: %w", expr, ErrEndless)
		}
	}
}

// Value copies a value into the types that the interpreter knows; a copy,
// because two Expressions on one answer may run at once.
func Value(v any) any {
	switch v := v.(type) {
	case nil, bool, string, int, float64:
		return v
	case json.Number:
		if len(v) > jqDigits {
			return v.String()
		}
		return v
	case int64:
		if v >= math.MinInt && v <= math.MaxInt {
			return int(v)
		}
		return float64(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = Value(v[i])
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = Value(v[k])
		}
		return out
	}
	return viaJSON(v)
}

func viaJSON(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, err := foreign.Value(data)
	if err != nil {
		return nil
	}
	return out
}
