package jq

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"github.com/itchyny/gojq"

	"github.com/claviger/claviger/internal/foreign"
)

// The interpreter looks at its bounds between steps only, and one step over a small
// value can take longer than a lifetime: comparing two lists of lists that share
// their items, subtracting long lists, writing a number of a million digits. So a
// stranger's expression runs in a process of its own, which ends when a bound
// is reached, whatever the step. It is this program again: see init.
const (
	// childVariable in the environment makes a process run one expression.
	childVariable = "CLAVIGER_RUNS_EXPRESSION"
	// childAnswer bounds what is read of a process, in bytes.
	childAnswer = 32 << 20
	// childLook is how often a process looks at its own bounds.
	childLook = 2 * time.Millisecond
	// childLate is when a process that does not end by itself is ended: when it was
	// stopped from outside, or the machine has no time for it.
	childLate = 30 * time.Second
	// childStopped is its exit code when a bound was reached.
	childStopped = 3
)

// init makes a process of [Apart] run its expression before anything else of the
// program happens. It is here, not in main, so that no importer can forget it.
func init() {
	if os.Getenv(childVariable) == "" {
		return
	}
	signal.Ignore(os.Interrupt) // the person's Ctrl-C is the parent's to answer
	child(os.Stdin, os.Stdout)
	os.Exit(0)
}

// childRequest is what a process reads.
type childRequest struct {
	Expression string         `json:"expression"`
	Input      any            `json:"input"`
	Vars       map[string]any `json:"vars"`
	Claims     map[string]any `json:"claims"`
}

// Apart is [Expressions.Run] in a process of its own, one at a time: no expression,
// however it is made, takes more of the machine than the bounds say. Starting the
// process takes some 20 ms, so an expression that only picks and names parts of an
// answer, as nearly all do, runs here.
func (e *Expressions) Apart(ctx context.Context, expr string, input any, vars, claims map[string]any) ([]any, error) {
	if simple(expr) {
		out, err := e.Run(ctx, expr, input, vars, claims)
		if parts(out, simpleSize) > simpleSize {
			return nil, fmt.Errorf("expression %s: %w", expr, ErrEndless)
		}
		return out, err
	}
	request, err := json.Marshal(childRequest{expr, Value(input), vars, claims})
	if err != nil {
		return nil, fmt.Errorf("expression %s: %w", expr, err)
	}
	e.apart.Lock()
	defer e.apart.Unlock()
	out, err := runChild(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("expression %s: %w", expr, err)
	}
	result, err := foreign.Object(out)
	if err != nil {
		return nil, fmt.Errorf("expression %s: %w", expr, ErrEndless)
	}
	if problem, failed := result["problem"].(string); failed {
		return nil, fmt.Errorf("expression %s: %w", expr, failure(problem))
	}
	values, _ := result["values"].([]any)
	for i := range values {
		values[i] = numbers(values[i])
	}
	return values, nil
}

// failure is the error that a process wrote as its words.
func failure(problem string) error {
	if problem == ErrEndless.Error() {
		return ErrEndless
	}
	return &Error{problem}
}

// runChild starts a process, hands it the request and returns what it wrote. If the
// process ended otherwise, it was stopped: by itself, or by the system for lack of
// memory.
func runChild(ctx context.Context, request []byte) ([]byte, error) {
	self, err := executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, childLate)
	defer cancel()
	cmd := exec.CommandContext(ctx, self) //nolint:gosec // this program
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stdin = bytes.NewReader(request)
	out := &bounded{left: childAnswer, full: cancel}
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("the process for expressions could not be started: %w", err)
	}
	if err := cmd.Wait(); err != nil || out.left < 0 {
		if errors.Is(ctx.Err(), context.Canceled) && out.left >= 0 {
			return nil, ctx.Err()
		}
		return nil, ErrEndless
	}
	return out.Bytes(), nil
}

// executable is this program, even if its file was replaced meanwhile. Elsewhere than on
// Linux, another user may be able to put a program of theirs at that path.
func executable() (string, error) {
	const kernels = "/proc/self/exe"
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(kernels); err == nil {
			return kernels, nil
		}
	}
	return os.Executable()
}

// bounded keeps what is written, up to a number of bytes.
type bounded struct {
	bytes.Buffer
	left int
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		b.full()
		return 0, io.ErrShortBuffer
	}
	return b.Buffer.Write(p)
}

// child runs the expression that it reads.
func child(in io.Reader, out io.Writer) {
	data, err := io.ReadAll(in)
	if err != nil {
		os.Exit(childStopped)
	}
	v, err := foreign.Object(data)
	if err != nil {
		os.Exit(childStopped)
	}
	expr, _ := v["expression"].(string)
	vars, _ := v["vars"].(map[string]any)
	claims, _ := v["claims"].(map[string]any)
	go stopAtBounds()
	values, err := (&Expressions{}).Run(context.Background(), expr, v["input"], vars, claims)
	result := map[string]any{"values": values}
	if err != nil {
		result = map[string]any{"problem": Problem(err)}
	}
	text, err := gojq.Marshal(result)
	if err != nil {
		os.Exit(childStopped)
	}
	w := bufio.NewWriter(out)
	_, _ = w.Write(text)
	if w.Flush() != nil {
		os.Exit(childStopped)
	}
}

// stopAtBounds ends the process when its time is over or its heap too large. No
// one reads what it would still write.
func stopAtBounds() {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	inUse := func() uint64 { metrics.Read(heap); return heap[0].Value.Uint64() }
	most, end := inUse()+jqMemory, time.Now().Add(jqTime+jqTime/4)
	for range time.Tick(childLook) {
		if inUse() > most || time.Now().After(end) {
			os.Exit(childStopped)
		}
	}
}

// numbers gives numbers the types that the interpreter gives them.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		if strings.ContainsAny(v.String(), ".eE") {
			if f, err := v.Float64(); err == nil {
				return f
			}
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}
