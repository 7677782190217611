package consent

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Program is a program that wants a token. What is shown of it is plain text.
type Program struct {
	// Path is that of its file, Hash the SHA-256 of what is in it. If they are unknown,
	// nothing can be granted for longer than once.
	Path, Hash string
	// Title is its name for a person.
	Title string
	// CommandLine, Dir and Terminal may be empty.
	CommandLine, Dir, Terminal string
	// Parents are the names of the programs that started it, the nearest first.
	Parents []string
	// Forwarded means that it carries the wishes of programs on another computer, as
	// ssh does: it is asked about each time or for an hour, whatever the rule says.
	Forwarded bool
}

func (p Program) known() bool { return p.Path != "" && p.Hash != "" }

// Question is what a person is asked.
type Question struct {
	Program Program
	// Describe, if set, is asked for Program if the account's rule does not decide; until
	// then, only Program.Forwarded counts. To describe a program takes many looks at the
	// system.
	Describe func() Program `json:"-"`
	// Command means that the program asks through a claviger command.
	Command bool
	// Account is its ID; AccountName and Provider are for the person.
	Account, AccountName, Provider string
	Scopes                         []string
	// Form is what the program gets: "token", "header" or "ID token", or [BothTokens].
	Form string
	// IDToken means that it gets the ID token, alone or too.
	IDToken bool
	// Until is when it counts as denied.
	Until time.Time
	// Wanted reports whether a program still waits for the answer. If not, what is
	// answered for longer than once counts when it asks again. It does not wait.
	Wanted func() bool `json:"-"`
}

// Answer is what a person says.
type Answer string

// The answers. The zero value is none.
const (
	Once    Answer = "once"
	Hour    Answer = "hour"
	Forever Answer = "always"
	Deny    Answer = "deny"
)

// Answers are those that a question can have.
func (q Question) Answers() []Answer {
	switch {
	case !q.Program.known():
		return []Answer{Once, Deny}
	case q.Program.Forwarded:
		return []Answer{Once, Hour, Deny}
	}
	return []Answer{Once, Hour, Forever, Deny}
}

// Asker asks a person. It returns when they answered or ctx ends, whichever is first.
// It may be called for several questions at once, which it puts in line.
type Asker interface {
	Ask(ctx context.Context, q Question) (Answer, error)
}

// Listener is an [Asker] that hears when what was answered, or not, holds.
type Listener interface{ Decided() }

// key is who asks for what: several of these at once are one question. A program whose
// file is unknown chooses its title, which therefore tells it from no other.
func (q Question) key() string {
	return strings.Join([]string{q.Account, q.Program.Path, q.Program.Hash, strconv.FormatBool(q.IDToken)}, "\x00")
}
