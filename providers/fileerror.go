package providers

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/internal/phrase"
)

// FileError is one thing wrong in a provider file. It never repeats the value,
// which could be a secret in the wrong place.
type FileError struct {
	File string
	// Line is 0 if the key is not in the file itself.
	Line int
	// Key is the full key: "groups[1].paging".
	Key string
	// Problem says what is wrong and what is allowed.
	Problem phrase.Text
}

// Error implements error.
func (e *FileError) Error() string { return e.In(nil) }

// In is the error in another language: in whose words tongue puts an English text. Nil is
// English.
func (e *FileError) In(tongue func(english string) string) string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Key != "" {
		b.WriteString(": " + e.Key)
	}
	return b.String() + ": " + phrase.In(tongue, e.Problem)
}

// FileErrors are those that an error is, or that it joins.
func FileErrors(err error) []*FileError {
	if joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		var out []*FileError
		for _, e := range joined.Unwrap() {
			out = append(out, FileErrors(e)...)
		}
		return out
	}
	if fe, ok := errors.AsType[*FileError](err); ok {
		return []*FileError{fe}
	}
	return nil
}

// keyError is a FileError before its place is known.
type keyError struct {
	key     string
	problem phrase.Text
}

// fileErrors gives each key error its line, in the order of the file.
func fileErrors(file string, marks []mark, prefix string, errs []keyError) error {
	if len(errs) == 0 {
		return nil
	}
	out := make([]*FileError, 0, len(errs))
	for _, e := range errs {
		full := e.key
		if prefix != "" {
			full = strings.TrimSuffix(prefix+"."+e.key, ".")
		}
		out = append(out, &FileError{File: file, Line: lineOf(marks, full), Key: e.key, Problem: e.problem})
	}
	slices.SortStableFunc(out, func(a, b *FileError) int { return a.Line - b.Line })
	all := make([]error, len(out))
	for i, e := range out {
		all[i] = e
	}
	return errors.Join(all...)
}

// syntaxError turns a TOML error into a FileError. A message about a line that
// mentions a secret is replaced, because it could quote it.
func syntaxError(file string, data []byte, err error) error {
	var pe toml.ParseError
	if !errors.As(err, &pe) {
		return &FileError{File: file, Problem: "not valid TOML"}
	}
	problem := phrase.Say("not valid TOML: {words}", pe.Message)
	lines := strings.Split(string(data), "\n")
	if n := pe.Position.Line; n >= 1 && n <= len(lines) && mentionsSecret(lines[n-1]+pe.LastKey) {
		problem = phrase.Say("not valid TOML; {why}", secretHint)
	}
	return &FileError{File: file, Line: pe.Position.Line, Key: pe.LastKey, Problem: problem}
}

const secretHint phrase.Text = "a client secret does not belong in a file: enter it in the window or set CLAVIGER_<ID>_CLIENT_SECRET"

func mentionsSecret(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "secret") || strings.Contains(s, "password")
}

// reason is the system's words without the path, which is already named.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// shortText is the beginning of a foreign text, for an error that quotes it.
func shortText(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}
