package state

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/vault"
)

// Consent asks the person, in the window, whether programs may have tokens. It is a
// [consent.Asker].
type Consent struct {
	*base
	// decided is to be done when somebody decided, here or elsewhere.
	decided func()
	// shown is the question that is to be seen.
	shown *ConsentQuestion
}

// ConsentPage is the programs that wait for the person to let them have a token, or
// not. It lies over the page, which stays what it is.
type ConsentPage struct {
	// Asked are the questions in line; the first is shown.
	Asked []*ConsentQuestion
	// Answered is how many of this line are over.
	Answered int
	// ReadyAt is when the first one takes an answer: who clicks or types on when it
	// appears has not answered it.
	ReadyAt time.Time
}

// ConsentQuestion is what the person is asked about one program.
type ConsentQuestion struct {
	consent.Question
	reply chan<- consentReply
}

type consentReply struct {
	answer consent.Answer
	err    error
}

// answer gives the first answer: there is room for one.
func (q *ConsentQuestion) answer(r consentReply) {
	select {
	case q.reply <- r:
	default:
	}
}

// readyAfter is how long a question is to be seen before it takes an answer.
const readyAfter = time.Second

// First is the question that is shown, nil if there is none.
func (p ConsentPage) First() *ConsentQuestion {
	if len(p.Asked) == 0 {
		return nil
	}
	return p.Asked[0]
}

// Ready reports whether the first question takes an answer.
func (p ConsentPage) Ready(now time.Time) bool { return !now.Before(p.ReadyAt) }

// Place is the place of the first question in its line, and how long that is.
func (p ConsentPage) Place() (at, of int) { return p.Answered + 1, p.Answered + len(p.Asked) }

// AsksConsent reports whether a program's question is shown: not before it is known
// whether the vault is locked, not under a lock, and not over another question.
func (s State) AsksConsent() bool {
	return s.Consent.First() != nil && s.Route != RouteLocked && s.Route != RouteStart && s.Quit == nil
}

// Ask implements [consent.Asker]. A window that closes denies; a vault that is locked
// meanwhile is the answer [vault.ErrLocked].
func (c *Consent) Ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	replies := make(chan consentReply, 1)
	asked := &ConsentQuestion{q, replies}
	c.post(func() {
		if ctx.Err() == nil {
			c.putInLine(asked)
		}
	})
	select {
	case r := <-replies:
		return r.answer, r.err
	case <-c.ctx.Done():
		return consent.Deny, nil
	case <-ctx.Done():
		c.post(func() { c.takeOut(asked) })
		return "", ctx.Err()
	}
}

// Decided implements [consent.Listener].
func (c *Consent) Decided() { c.post(c.decided) }

// putInLine puts a question in line.
func (c *Consent) putInLine(q *ConsentQuestion) {
	if c.st.Locked() {
		q.answer(consentReply{err: vault.ErrLocked})
		return
	}
	c.update(func(st *State) {
		st.Consent.Asked = append(slices.Clip(st.Consent.Asked), q)
	})
	if len(c.st.Consent.Asked) > 1 {
		return // the person was called for the first
	}
	// It names no one: others may see a notification.
	c.callBack(lang.L("A program wants a token"), lang.L("Claviger asks whether you allow it."))
}

// noteShown begins the time in which a question that is now to be seen takes no answer.
func (c *Consent) noteShown() {
	var q *ConsentQuestion
	if c.st.AsksConsent() && !c.st.Hidden {
		q = c.st.Consent.First()
	}
	if q != nil && q != c.shown {
		c.st.Consent.ReadyAt = c.st.Now.Add(readyAfter)
	}
	c.shown = q
}

// takeOut takes a question out of the line.
func (c *Consent) takeOut(q *ConsentQuestion) {
	i := slices.Index(c.st.Consent.Asked, q)
	if i < 0 {
		return
	}
	c.update(func(st *State) {
		st.Consent.Asked = slices.Concat(st.Consent.Asked[:i], st.Consent.Asked[i+1:])
		if i == 0 {
			st.Consent.Answered++
		}
		if len(st.Consent.Asked) == 0 {
			st.Consent = ConsentPage{}
		}
	})
}

// TypingOn says that a key was pressed on a question. Whoever still types what they
// typed before it appeared, Tab and Return among it, has not read it: it takes an answer
// once they pause.
func (c *Consent) TypingOn() {
	if c.shown != nil && !c.st.Consent.Ready(c.now()) {
		c.update(func(st *State) { st.Consent.ReadyAt = st.Now.Add(readyAfter) })
	}
}

// Answer is what the person says to the program that is shown.
func (c *Consent) Answer(a consent.Answer) {
	q := c.shown
	if q == nil || !c.st.Consent.Ready(c.now()) || !slices.Contains(q.Answers(), a) {
		return
	}
	q.answer(consentReply{answer: a})
	c.takeOut(q)
}

// Deny says no to the program that is shown.
func (c *Consent) Deny() { c.Answer(consent.Deny) }

// DenyAll says no to every program that waits: the person closes the window.
func (c *Consent) DenyAll() {
	c.end(consentReply{answer: consent.Deny})
	c.update(func(st *State) { st.Consent = ConsentPage{} })
}

// end answers every question the same.
func (c *Consent) end(r consentReply) {
	for _, q := range c.st.Consent.Asked {
		q.answer(r)
	}
	c.st.Consent = ConsentPage{}
}
