package state

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/vault"
)

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

// consentAsker asks in the window.
type consentAsker struct{ s *Store }

// Ask implements [consent.Asker]. A window that closes denies; a vault that is locked
// meanwhile is the answer [vault.ErrLocked].
func (a consentAsker) Ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	s := a.s
	replies := make(chan consentReply, 1)
	asked := &ConsentQuestion{q, replies}
	s.post(func() {
		if ctx.Err() == nil {
			s.ask(asked)
		}
	})
	select {
	case r := <-replies:
		return r.answer, r.err
	case <-s.ctx.Done():
		return consent.Deny, nil
	case <-ctx.Done():
		s.post(func() { s.takeOut(asked) })
		return "", ctx.Err()
	}
}

// Decided implements [consent.Listener].
func (a consentAsker) Decided() { a.s.post(a.s.reloadPrograms) }

// ask puts a question in line.
func (s *Store) ask(q *ConsentQuestion) {
	if s.st.Locked() {
		q.answer(consentReply{err: vault.ErrLocked})
		return
	}
	s.update(func(st *State) {
		st.Consent.Asked = append(slices.Clip(st.Consent.Asked), q)
	})
	if len(s.st.Consent.Asked) > 1 {
		return // the person was called for the first
	}
	// It names no one: others may see a notification.
	s.callBack(lang.L("A program wants a token"), lang.L("Claviger asks whether you allow it."))
}

// noteShown begins the time in which a question that is now to be seen takes no answer.
func (s *Store) noteShown() {
	var q *ConsentQuestion
	if s.st.AsksConsent() && !s.st.Hidden {
		q = s.st.Consent.First()
	}
	if q != nil && q != s.question {
		s.st.Consent.ReadyAt = s.st.Now.Add(readyAfter)
	}
	s.question = q
}

// takeOut takes a question out of the line.
func (s *Store) takeOut(q *ConsentQuestion) {
	i := slices.Index(s.st.Consent.Asked, q)
	if i < 0 {
		return
	}
	s.update(func(st *State) {
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
func (s *Store) TypingOn() {
	if s.question != nil && !s.st.Consent.Ready(s.now()) {
		s.update(func(st *State) { st.Consent.ReadyAt = st.Now.Add(readyAfter) })
	}
}

// AnswerConsent is what the person says to the program that is shown.
func (s *Store) AnswerConsent(a consent.Answer) {
	q := s.question
	if q == nil || !s.st.Consent.Ready(s.now()) || !slices.Contains(q.Answers(), a) {
		return
	}
	q.answer(consentReply{answer: a})
	s.takeOut(q)
}

// DenyConsent says no to the program that is shown.
func (s *Store) DenyConsent() { s.AnswerConsent(consent.Deny) }

// DenyAll says no to every program that waits: the person closes the window.
func (s *Store) DenyAll() {
	s.endConsent(consentReply{answer: consent.Deny})
	s.update(func(st *State) { st.Consent = ConsentPage{} })
}

// endConsent answers every question the same.
func (s *Store) endConsent(r consentReply) {
	for _, q := range s.st.Consent.Asked {
		q.answer(r)
	}
	s.st.Consent = ConsentPage{}
}
