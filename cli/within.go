package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"
)

// within does work that may wait for ever, such as reading standard input. If ctx
// ends first, the result is [interrupted]; the work itself ends with the program.
func within[T any](ctx context.Context, do func() (T, error)) (T, error) {
	return wait(ctx, begin(do), nil, nil, nil)
}

// A file can be a pipe: its writer may take a while, for it may ask someone, and
// may never come.
const (
	// pipeQuiet is how long nothing is said about such a wait.
	pipeQuiet = 3 * time.Second
	// pipeLimit is when it ends.
	pipeLimit = 10 * time.Minute
)

var errSilent = errors.New("nothing was written to it for 10 minutes")

// fileWithin is within for the opening or reading of the file with that name. If it
// takes long, it says on w what it waits for, once; in the end the error is errSilent in an [fs.PathError].
func fileWithin[T any](ctx context.Context, w io.Writer, name string, do func() (T, error)) (T, error) {
	quiet, limit := time.NewTimer(pipeQuiet), time.NewTimer(pipeLimit)
	defer quiet.Stop()
	defer limit.Stop()
	value, err := wait(ctx, begin(do), quiet.C, limit.C, func() {
		writeLine(w, "claviger: waiting for someone to write to %s; Ctrl-C stops", name)
	})
	if errors.Is(err, errSilent) {
		err = &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return value, err
}

type result[T any] struct {
	value T
	err   error
}

func begin[T any](do func() (T, error)) <-chan result[T] {
	done := make(chan result[T], 1)
	go func() {
		value, err := do()
		done <- result[T]{value, err}
	}()
	return done
}

// wait waits for a result until ctx or limit ends; say is called after quiet.
func wait[T any](ctx context.Context, done <-chan result[T], quiet, limit <-chan time.Time, say func()) (T, error) {
	var none T
	for {
		select {
		case r := <-done:
			return r.value, r.err
		case <-ctx.Done():
			return none, interrupted()
		case <-quiet:
			say()
		case <-limit:
			return none, errSilent
		}
	}
}

// ending is a reader whose reads end with its context. One with a name also says
// on err that it waits, and does not wait for ever, as fileWithin does.
type ending struct {
	ctx  context.Context
	in   io.Reader
	name string
	err  io.Writer
}

// Read implements [io.Reader].
func (e ending) Read(p []byte) (int, error) {
	own := make([]byte, len(p)) // what comes too late is dropped
	read := func() (int, error) { return e.in.Read(own) }
	var n int
	var err error
	if e.name == "" {
		n, err = within(e.ctx, read)
	} else {
		n, err = fileWithin(e.ctx, e.err, e.name, read)
	}
	return copy(p, own[:n]), err
}
