package cli

import (
	"context"
	"errors"
	"io"
	"strings"
)

// maxReply is the most that is read as an answer to a question, in bytes.
const maxReply = 200

// confirm asks the person at the terminal a question; anything but a yes is a no.
func (r *runner) confirm(ctx context.Context, question string) (bool, error) {
	return confirm(ctx, r.In, r.Err, question)
}

func confirm(ctx context.Context, in io.Reader, out io.Writer, question string) (bool, error) {
	if _, err := io.WriteString(out, clean(question)+" [y/N] "); err != nil {
		return false, err
	}
	type reply struct {
		line string
		err  error
	}
	replies := make(chan reply, 1)
	go func() { // a read from a terminal cannot be called off
		line, err := readReply(in)
		replies <- reply{line, err}
	}()
	select {
	case <-ctx.Done():
		return false, interrupted()
	case got := <-replies:
		switch strings.ToLower(strings.TrimSpace(got.line)) {
		case "y", "yes":
			return true, nil
		}
		if errors.Is(got.err, io.EOF) {
			return false, nil
		}
		return false, got.err
	}
}

// readReply reads one line and not a byte more: what follows may be for another
// reader, such as an address that is pasted.
func readReply(in io.Reader) (string, error) {
	var line []byte
	b := make([]byte, 1)
	for len(line) < maxReply {
		if _, err := in.Read(b); err != nil || b[0] == '\n' {
			return string(line), err
		}
		line = append(line, b[0])
	}
	return string(line), nil
}
