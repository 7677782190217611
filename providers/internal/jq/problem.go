package jq

import (
	"context"
	"errors"
	"regexp"
	"sync"
)

// form is a form of the interpreter's messages, and what is said in its place.
type form struct {
	re   *regexp.Regexp
	says string
}

// forms are all that are known. All of them end with a preview of the value, which is
// not repeated: only its type is. They are read at the first failure.
var forms = sync.OnceValue(func() []form {
	const jqType = `(null|boolean|number|string|array|object)\b`
	return []form{
		{regexp.MustCompile(`^cannot iterate over: ` + jqType), "cannot iterate over $1"},
		{regexp.MustCompile(`^expected an object but got: ` + jqType), "needs an object and got $1"},
		{regexp.MustCompile(`^expected an array but got: ` + jqType), "needs an array and got $1"},
		{regexp.MustCompile(`^expected a string for object key but got: ` + jqType), "needs a string as key and got $1"},
		{regexp.MustCompile(`^expected a number for indexing an? (array|string) but got: ` + jqType), "needs a number to look into an $1 and got $2"},
		{regexp.MustCompile(`^([a-z0-9_]{1,30})(?:\(.*\))? cannot be applied to: ` + jqType), "$1 cannot be applied to $2"},
		{regexp.MustCompile(`^([a-z0-9_]{1,30})(?:\(.*\))? cannot be applied to `), "$1 cannot be applied to the value"},
		{regexp.MustCompile(`^cannot ([a-z]{1,20}): ` + jqType), "cannot $1 $2"},
	}
})

// Problem puts an expression's failure into words that hold nothing of the
// answer.
func Problem(err error) string {
	if errors.Is(err, ErrEndless) {
		return ErrEndless.Error()
	}
	var unfit *Error
	if errors.As(err, &unfit) {
		return unfit.problem
	}
	return "does not fit the response"
}

// Error is the interpreter's failure without the answer.
type Error struct{ problem string }

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
		if at := f.re.FindStringSubmatchIndex(text); at != nil {
			return &Error{string(f.re.ExpandString(nil, f.says, text, at))}
		}
	}
	return &Error{"does not fit the response"}
}
