package attention

import (
	"context"

	"github.com/claviger/claviger/internal/consent"
)

// Attendant says when a person is needed.
type Attendant interface {
	// Run says it until ctx ends.
	Run(ctx context.Context)
	// Ask says that a program waits for an answer, until done is called.
	Ask(e Event) (done func(answered bool))
}

// Acts are what a person can do when they are needed, and what they see already. Each may
// be nil, and none waits.
type Acts struct {
	// Show shows an account, or the window if it is "".
	Show func(account string)
	// SignIn signs an account in again.
	SignIn func(account string)
	// Shows reports whether the person sees events of a kind without being told.
	Shows func(Kind) bool
	// Say puts an English text, whose blanks stay, into the person's language.
	Say func(english string) string
	// Notify shows a notification where the desktop has no service for it.
	Notify func(title, text string)
}

// announcing says that somebody asks, and then asks.
type announcing struct {
	consent.Asker
	say func(e Event) (done func(answered bool))
}

// Announcing is an asker that says, by say, that it asks.
func Announcing(a consent.Asker, say func(e Event) (done func(answered bool))) consent.Asker {
	return announcing{a, say}
}

// Ask implements [consent.Asker].
func (a announcing) Ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	done := a.say(Event{
		Account: q.Account, ProviderName: q.Provider, Who: q.AccountName, Until: q.Until, Program: q.Program.Title, Cause: q.Program.Path,
	})
	answer, err := a.Asker.Ask(ctx, q)
	done(err == nil && answer != "")
	return answer, err
}
