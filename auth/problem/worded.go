package problem

import (
	"cmp"
	"errors"
)

// key is that of a sentinel's words in problems.toml, and the error that all errors
// are which have these words.
type key string

// Error implements error.
func (k key) Error() string { return string(k) }

// sentinel is an error of a room above.
type sentinel struct {
	key  key
	text string
}

// New returns a sentinel whose words are those of a key of problems.toml.
func New(name, text string) error { return &sentinel{key(name), text} }

// Error implements error.
func (s *sentinel) Error() string { return s.text }

// Is lets [errors.Is] find the sentinel by its key.
func (s *sentinel) Is(target error) bool { return target == s.key }

// Wording names the words of an error.
type Wording struct {
	// Key is that of a sentinel, or one of the other words of problems.toml; "" if the
	// error has nothing to add to its sentinel.
	Key string
	// Detail and Next are keys of words whose detail and next step stand instead; "" if
	// those of Key do.
	Detail, Next string
	// Reason and Description fill their blanks.
	Reason, Description string
	// Cause, if set, is the error that is to blame: the problem is of its kind, and what
	// it says is the reason.
	Cause error
}

// Worded is an error of a room above that has more to say than its sentinel.
type Worded interface {
	error
	Wording() Wording
}

// worded finds the words that an error names.
func (e explainer) worded() (Problem, bool) {
	var names Worded
	if !errors.As(e.err, &names) {
		return Problem{}, false
	}
	of := names.Wording()
	if of.Key == "" {
		return Problem{}, false
	}
	w := e.entry(of.Key)
	w.Detail = cmp.Or(e.entry(of.Detail).Detail, w.Detail)
	w.Next = cmp.Or(e.entry(of.Next).Next, w.Next)
	if of.Cause != nil {
		of.Reason = explainer{err: of.Cause, tongue: e.tongue}.reason()
		w.Kind = Explain(of.Cause, e.p, "").Kind
	}
	return e.say(w, of.Reason, of.Description), true
}

// entry are the words of a key.
func (e explainer) entry(name string) words {
	if w, ok := e.table.Sentinel[name]; ok {
		return w
	}
	return e.table.Other[name]
}
