package tour

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/providers/demo"
)

// Options of [Run].
type Options struct {
	// Out gets the tour.
	Out io.Writer
	// Columns is the width of the terminal that Out is. 0 means that it is not one:
	// lines are plain then, and nothing waits for a reader.
	Columns int
	// Color lets lines have colours; it needs Columns.
	Color bool
	// Keep is the folder to work in and to leave behind, new or empty; "" means a
	// temporary one that is removed.
	Keep string
	// Log gets what the parts of the program log; nil is silent.
	Log *slog.Logger

	// before is called at the start of each step. Tests break things there.
	before func(step string, server *demo.Server)
	// temp is the folder for temporary folders, "" for the usual one.
	temp string
}

// FailedError means that steps did not do what they say. The tour shows what
// came instead.
type FailedError struct {
	// Steps are the numbers of the steps, from 1; Of is how many there are.
	Steps []int
	Of    int
}

// Error implements error.
func (e *FailedError) Error() string {
	return fmt.Sprintf("%d of %d steps of the tour failed", len(e.Steps), e.Of)
}

// FolderError means that there is no folder to work in, or that it could not be
// removed.
type FolderError struct {
	// Dir is the folder, or the place for temporary ones.
	Dir string
	// Kept says that the caller named it, Left that it could not be removed.
	Kept, Left bool
	Err        error
}

// Error implements error.
func (e *FolderError) Error() string { return fmt.Sprintf("the tour's folder %s: %v", e.Dir, e.Err) }

// Unwrap returns what was wrong.
func (e *FolderError) Unwrap() error { return e.Err }

// ErrNotEmpty means that the folder to keep has something in it.
var ErrNotEmpty = errors.New("it is not empty")

// Run shows the tour. Errors are a [FailedError], a [FolderError], that of ctx,
// or one of writing to Out. Whatever it is, the temporary folder is gone when
// Run returns.
func Run(ctx context.Context, o Options) (err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := folder(o)
	if err != nil {
		return err
	}
	begun := time.Now()
	s := newStage(dir, o)
	if o.Keep == "" {
		defer func() {
			if gone := os.RemoveAll(dir); gone != nil {
				err = cmp.Or[error](err, &FolderError{Dir: dir, Left: true, Err: cause(gone)})
			}
		}()
	}
	defer s.close() //nolint:contextcheck // ends whatever became of ctx
	s.tell.intro(o.Keep)
	failed, err := s.show(ctx, steps())
	if err != nil {
		s.tell.stop()
		return err
	}
	// What is kept is complete before anyone learns where it is.
	s.close() //nolint:contextcheck // ends whatever became of ctx
	s.tell.outro(len(steps()), failed, time.Since(begun), s.keptAt())
	if len(failed) > 0 {
		return &FailedError{Steps: failed, Of: len(steps())}
	}
	return s.tell.pause(ctx, 0)
}

// folder makes the folder to work in.
func folder(o Options) (string, error) {
	if o.Keep == "" {
		dir, err := os.MkdirTemp(o.temp, "claviger-tour-")
		if err != nil {
			return "", &FolderError{Dir: os.TempDir(), Err: cause(err)}
		}
		return dir, nil
	}
	dir, err := filepath.Abs(o.Keep)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	var entries []fs.DirEntry
	if err == nil {
		entries, err = os.ReadDir(dir)
	}
	if err == nil && len(entries) > 0 {
		err = ErrNotEmpty
	}
	if err != nil {
		return "", &FolderError{Dir: o.Keep, Kept: true, Err: cause(err)}
	}
	return dir, nil
}

// cause removes the path from an error that already names the folder.
func cause(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

// numbers lists steps for people: "2, 3 and 7".
func numbers(list []int) string {
	words := make([]string, 0, len(list))
	for _, n := range list {
		words = append(words, strconv.Itoa(n))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(slices.Clone(words[:last]), ", ") + " and " + words[last]
}
