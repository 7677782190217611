package jq

import (
	"context"
	"errors"
	"regexp"
	"sync"

	"github.com/claviger/claviger/internal/phrase"
)

// form is a form of the interpreter's messages, and what is said in its place.
type form struct {
	re   *regexp.Regexp
	says phrase.Text
}

// forms are all that are known. All of them end with a preview of the value, which is
// not repeated: only its type is. They are read at the first failure.
var forms = sync.OnceValue(func() []form {
	const jqType = `(null|boolean|number|string|array|object)\b`
	return []form{
		{regexp.MustCompile(`^cannot iterate over: ` + jqType), "cannot iterate over {jqtype}"},
		{regexp.MustCompile(`^expected an object but got: ` + jqType), "needs an object and got {jqtype}"},
		{regexp.MustCompile(`^expected an array but got: ` + jqType), "needs an array and got {jqtype}"},
		{regexp.MustCompile(`^expected a string for object key but got: ` + jqType), "needs a string as key and got {jqtype}"},
		{regexp.MustCompile(`^expected a number for indexing an? (array|string) but got: ` + jqType), "needs a number to look into an {container} and got {jqtype}"},
		{regexp.MustCompile(`^([a-z0-9_]{1,30})(?:\(.*\))? cannot be applied to: ` + jqType), "{function} cannot be applied to {jqtype}"},
		{regexp.MustCompile(`^([a-z0-9_]{1,30})(?:\(.*\))? cannot be applied to `), "{function} cannot be applied to the value"},
		{regexp.MustCompile(`^cannot ([a-z]{1,20}): ` + jqType), "cannot {operation} {jqtype}"},
	}
})

// unfit is a failure that is not known better.
const unfit phrase.Text = "does not fit the response"

// Problem puts an expression's failure into words that hold nothing of the
// answer.
func Problem(err error) phrase.Text {
	if errors.Is(err, ErrEndless) {
		return ErrEndless.Error()
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known.problem
	}
	return unfit
}

// Error is the interpreter's failure without the answer.
type Error struct{ problem phrase.Text }

// Error implements error.
func (e *Error) Error() string { return e.problem }

// withoutAnswer drops the interpreter's message, which previews the value that
// it failed on.
func withoutAnswer(err error) error {
	switch {
	case errors.Is(err, ErrEndless), errors.Is(err, context.DeadlineExceeded):
		return ErrEndless
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	var own interface{ Value() any }
	if errors.As(err, &own) {
		return &Error{"the expression stopped with its own error"}
	}
	text := err.Error()
	for _, f := range forms() {
		if found := f.re.FindStringSubmatch(text); found != nil {
			return &Error{phrase.Say(f.says, found[1:]...)}
		}
	}
	return &Error{unfit}
}
