package cli

import (
	"context"
	"io"
)

// within does work that may wait for ever, such as opening a pipe. If ctx ends
// first, the result is [interrupted]; the work itself ends with the program.
func within[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, interrupted()
	}
}

// ending is a reader whose reads end with its context.
type ending struct {
	ctx context.Context
	in  io.Reader
}

// Read implements [io.Reader].
func (e ending) Read(p []byte) (int, error) {
	own := make([]byte, len(p)) // what comes too late is dropped
	n, err := within(e.ctx, func() (int, error) { return e.in.Read(own) })
	return copy(p, own[:n]), err
}
